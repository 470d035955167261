package dev.clipserve;

import jakarta.validation.Constraint;
import jakarta.validation.ConstraintValidator;
import jakarta.validation.ConstraintValidatorContext;
import jakarta.validation.Payload;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.jspecify.annotations.Nullable;
import org.springframework.util.unit.DataSize;

/** A size that is not too small, nor so large that what is computed from it overflows. */
@Documented
@Target(ElementType.FIELD)
@Retention(RetentionPolicy.RUNTIME)
@Constraint(validatedBy = SizeRange.Check.class)
public @interface SizeRange {

    /** The smallest size, such as {@code 1B}. */
    String min();

    /** What is said of a size that is out of range. */
    String message() default "must be from {min} to 1TB";

    /** As Bean Validation wants it; not used. */
    Class<?>[] groups() default {};

    /** As Bean Validation wants it; not used. */
    Class<? extends Payload>[] payload() default {};

    /** Holds a size against its range; one that is left out is in it. */
    final class Check implements ConstraintValidator<SizeRange, DataSize> {

        private static final DataSize MAX = DataSize.ofTerabytes(1);

        private DataSize min = DataSize.ofBytes(0);

        @Override
        public void initialize(SizeRange range) {
            min = DataSize.parse(range.min());
        }

        @Override
        public boolean isValid(@Nullable DataSize size, ConstraintValidatorContext context) {
            return size == null || (size.compareTo(min) >= 0 && size.compareTo(MAX) <= 0);
        }
    }
}
