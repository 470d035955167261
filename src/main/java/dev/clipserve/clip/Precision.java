package dev.clipserve.clip;

import java.util.Locale;

/**
 * The arithmetic that a bundle's graphs compute in. Variants lie beside the fp32 graphs under names as Hugging Face's
 * exports have them: {@code onnx/vision_model_int8.onnx}.
 */
public enum Precision {
    /** 32-bit floats: the reference. */
    FP32,
    /** 16-bit floats: half the memory; made for GPUs, and slower than fp32 on most processors. */
    FP16,
    /** 8-bit integers with scales fixed in the file: the fastest on processors. */
    INT8;

    /** As configuration and {@code bundle.json} write it: {@code int8}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The file that a tower's graph of this precision has, such as {@code onnx/vision_model.onnx} for fp32. */
    String file(String tower) {
        return "onnx/" + tower + "_model" + (this == FP32 ? "" : "_" + label()) + ".onnx";
    }
}
