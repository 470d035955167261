package dev.clipserve.clip;

import java.util.Locale;

/**
 * The arithmetic that a bundle's graphs compute in. Variants lie beside the fp32 graphs under names as Hugging Face's
 * exports have them: {@code onnx/vision_model_int8.onnx}.
 */
public enum Precision {
    /** 32-bit floats: the reference. */
    FP32(1e-3),
    /** 16-bit floats: half the memory; made for GPUs, and slower than fp32 on most processors. */
    FP16(5e-3),
    /** 8-bit integers with scales fixed in the file: the fastest on processors. */
    INT8(2e-2);

    private final double canaryTolerance;

    Precision(double canaryTolerance) {
        this.canaryTolerance = canaryTolerance;
    }

    /**
     * How far a canary's probability may be off. Processors differ in the last bit of a sum only, but rounding to a few
     * values turns such a bit into a whole step now and then, and later layers add to it.
     */
    double canaryTolerance() {
        return canaryTolerance;
    }

    /** As configuration and {@code bundle.json} write it: {@code int8}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The files that graphs of this precision have, such as {@code onnx/vision_model.onnx} for fp32. */
    public GraphFiles graphs() {
        String name = "_model" + (this == FP32 ? "" : "_" + label()) + ".onnx";
        return new GraphFiles(GraphFiles.FOLDER + "/vision" + name, GraphFiles.FOLDER + "/text" + name);
    }
}
