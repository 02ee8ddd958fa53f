package org.example.clicks;

import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.file.Path;
import java.util.Arrays;

/** The trained embeddings of one table of a saved model, without rows that were never trained. */
final class Embeddings {

  private final int[] rows;
  private final float[][] weights;

  private Embeddings(int[] rows, float[][] weights) {
    this.rows = rows;
    this.weights = weights;
  }

  static Embeddings read(Path model, String table) throws IOException {
    IntBuffer index = Npy.ints(model.resolve("rows").resolve(table + ".index.npy"));
    FloatBuffer all = Npy.floats(model.resolve("rows").resolve(table + ".weight.npy"));
    int[] rows = new int[index.remaining()];
    index.get(rows);
    float[][] weights = new float[rows.length][all.remaining() / rows.length];
    for (float[] row : weights) {
      all.get(row);
    }
    return new Embeddings(rows, weights);
  }

  int size() {
    return rows.length;
  }

  /** The row whose embedding is most like that of another row, by the cosine. */
  int nearest(int row) {
    int own = position(row);
    int best = -1;
    for (int other = 0; other < rows.length; other++) {
      if (other != own && (best < 0 || cosine(own, other) > cosine(own, best))) {
        best = other;
      }
    }
    return rows[best];
  }

  private int position(int row) {
    int position = Arrays.binarySearch(rows, row);
    if (position < 0) {
      throw new IllegalArgumentException("row " + row + " was never trained");
    }
    return position;
  }

  private double cosine(int a, int b) {
    return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
  }

  private double dot(int a, int b) {
    double sum = 0;
    for (int i = 0; i < weights[a].length; i++) {
      sum += weights[a][i] * weights[b][i];
    }
    return sum;
  }
}
