package dev.clipserve.zeroshot;

import dev.clipserve.clip.ImageEncoder;
import dev.clipserve.image.ImagePreparer;

/** A loaded model and all that it takes to classify with it, from an image's bytes to probabilities. */
public record ZeroShotModel(
        String name,
        ImagePreparer preparer,
        ImageEncoder images,
        LabelEncoder labels,
        ZeroShotClassifier classifier,
        TemplatePresets presets) {}
