package dev.clipserve.api;

import dev.clipserve.clip.ImageEncoder;
import dev.clipserve.image.ImagePreparer;
import dev.clipserve.zeroshot.LabelEncoder;
import dev.clipserve.zeroshot.TemplatePresets;
import dev.clipserve.zeroshot.ZeroShotClassifier;

/** What it takes to classify with one loaded model. */
public record Classification(
        String modelName,
        ImagePreparer preparer,
        ImageEncoder images,
        LabelEncoder labels,
        ZeroShotClassifier classifier,
        TemplatePresets presets) {}
