package dev.clipserve.onnx;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtLoggingLevel;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * ONNX Runtime's environment, which all sessions share, for as long as the process lives.
 *
 * <p>ONNX Runtime's Java gives the native environment back in a shutdown hook, which runs beside the one that lets
 * requests be answered first. A run that fails after that, or a session that is opened, uses memory that is gone, and
 * the process ends with SIGSEGV and the answers that were under way (onnxruntime issue 31352). The environment counts
 * who has it: it is taken once more, and never given back.
 */
final class RuntimeEnvironment {

    private static final Logger log = LoggerFactory.getLogger(RuntimeEnvironment.class);

    private static final OrtEnvironment SHARED = takenForGood();

    private RuntimeEnvironment() {}

    /** The one that there is. */
    static OrtEnvironment get() {
        return SHARED;
    }

    /** There is no public way to take it twice. */
    private static OrtEnvironment takenForGood() {
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        try {
            Field api = Class.forName("ai.onnxruntime.OnnxRuntime").getDeclaredField("ortApiHandle");
            Method take = OrtEnvironment.class.getDeclaredMethod("createHandle", long.class, int.class, String.class);
            api.setAccessible(true);
            take.setAccessible(true);
            int level = OrtLoggingLevel.ORT_LOGGING_LEVEL_WARNING.getValue();
            take.invoke(null, api.getLong(null), level, OrtEnvironment.DEFAULT_NAME);
        } catch (ReflectiveOperationException | RuntimeException e) {
            log.warn("This ONNX Runtime is built otherwise: runs that fail while the process ends may crash it", e);
        }
        return environment;
    }
}
