package dev.clipserve.api.dialect.inference;

import com.fasterxml.jackson.annotation.JsonValue;
import dev.clipserve.clip.Embedding;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.function.IntFunction;

/** Floats, [rows, columns], row by row; in JSON as one flat list. Immutable. */
final class Matrix {

    private final int rows;
    private final float[] values;

    private Matrix(int rows, float[] values) {
        this.rows = rows;
        this.values = values;
    }

    /** An embedding in each row. */
    static Matrix ofEmbeddings(List<Embedding> embeddings) {
        int dimension = embeddings.getFirst().dimension();
        float[] values = new float[embeddings.size() * dimension];
        for (int row = 0; row < embeddings.size(); row++) {
            embeddings.get(row).copyInto(values, row * dimension);
        }
        return new Matrix(embeddings.size(), values);
    }

    /** The numbers of each row, rounded to floats; all have as many columns. */
    static Matrix ofRows(int rows, int columns, IntFunction<double[]> row) {
        float[] values = new float[rows * columns];
        for (int i = 0; i < rows; i++) {
            double[] numbers = row.apply(i);
            for (int j = 0; j < columns; j++) {
                values[i * columns + j] = (float) numbers[j];
            }
        }
        return new Matrix(rows, values);
    }

    /** Rows and columns. */
    List<Integer> shape() {
        return List.of(rows, values.length / rows);
    }

    @JsonValue
    float[] numbers() {
        return values.clone();
    }

    /** Bytes of its binary form. */
    int byteSize() {
        return Float.BYTES * values.length;
    }

    /** Writes its binary form, little-endian. */
    void writeTo(ByteBuffer target) {
        target.order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().put(values);
        target.position(target.position() + byteSize());
    }
}
