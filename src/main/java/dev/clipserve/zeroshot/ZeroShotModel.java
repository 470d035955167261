package dev.clipserve.zeroshot;

import dev.clipserve.clip.ImageEmbedder;

/** A loaded model and all that it takes to classify with it, from an image's bytes to probabilities. */
public record ZeroShotModel(
        String name,
        ImageEmbedder images,
        LabelEncoder labels,
        ZeroShotClassifier classifier,
        TemplatePresets presets) {}
