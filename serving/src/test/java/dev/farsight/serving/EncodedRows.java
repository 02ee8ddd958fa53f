package dev.farsight.serving;

import dev.farsight.api.data.Batch;
import dev.farsight.api.data.SampleEncoder;
import dev.farsight.engine.predict.Predictor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Rows of the test model as the model computes with them, encoded without the server. */
final class EncodedRows {

  /** {@code [samples, 2]}. */
  final float[] dense;

  final int[] users;
  final int[] tags;
  final int[] tagOffsets;
  final float[] tagWeights;

  private EncodedRows(int samples, int lookups) {
    dense = new float[samples * 2];
    users = new int[samples];
    tags = new int[lookups];
    tagOffsets = new int[samples + 1];
    tagWeights = new float[lookups];
  }

  private static EncodedRows of(Batch batch) {
    var rows = new EncodedRows(batch.samples(), batch.lookups(1));
    batch.dense().get(0, rows.dense);
    System.arraycopy(batch.indices(0), 0, rows.users, 0, rows.users.length);
    System.arraycopy(batch.indices(1), 0, rows.tags, 0, rows.tags.length);
    System.arraycopy(batch.offsets(1), 0, rows.tagOffsets, 0, rows.tagOffsets.length);
    batch.lookupWeights(1).get(0, rows.tagWeights);
    return rows;
  }

  /** The same rows, many times. */
  EncodedRows times(int count) {
    var many = new EncodedRows(count * samples(), count * tags.length);
    for (int i = 0; i < count; i++) {
      System.arraycopy(dense, 0, many.dense, i * dense.length, dense.length);
      System.arraycopy(users, 0, many.users, i * users.length, users.length);
      System.arraycopy(tags, 0, many.tags, i * tags.length, tags.length);
      System.arraycopy(tagWeights, 0, many.tagWeights, i * tags.length, tags.length);
      for (int s = 1; s <= samples(); s++) {
        many.tagOffsets[i * samples() + s] = i * tags.length + tagOffsets[s];
      }
    }
    return many;
  }

  /** At most a batch of rows, from the first one on. */
  static EncodedRows first(TestModel model, int count) {
    return inPieces(model, count).get(0);
  }

  /** All rows, so many in each piece; those at the end that make none are left out. */
  static List<EncodedRows> inPieces(TestModel model, int size) {
    List<EncodedRows> pieces = new ArrayList<>();
    try (Predictor predictor =
        Predictor.open(model.settings(), TestModel.components(), model.model)) {
      SampleEncoder encoder = predictor.encoder().orElseThrow();
      Batch batch = predictor.newBatch();
      for (int from = 0; from + size <= TestModel.ROWS; from += size) {
        encoder.begin(batch);
        model.rows.subList(from, from + size).forEach(row -> encode(row, encoder));
        encoder.end();
        pieces.add(of(batch));
      }
    }
    return pieces;
  }

  private static void encode(TestModel.Row row, SampleEncoder encoder) {
    encoder.set("x", row.x());
    encoder.set("y", row.y());
    encoder.set("user", row.user());
    row.tags().forEach(tag -> encoder.add("tags", tag));
    row.scores().forEach(score -> encoder.add("scores", score));
    encoder.endSample();
  }

  int samples() {
    return users.length;
  }

  /** A request in JSON. */
  String json(String more) {
    return "{"
        + more
        + "\"inputs\":["
        + String.join(
            ",",
            List.of(
                input("dense", "FP32", samples() + ",2", Arrays.toString(dense)),
                input("user", "INT64", "" + samples(), Arrays.toString(users)),
                input("tags", "INT64", "" + tags.length, Arrays.toString(tags)),
                input("tags.offsets", "INT64", "" + tagOffsets.length, Arrays.toString(tagOffsets)),
                input("tags.weights", "FP32", "" + tags.length, Arrays.toString(tagWeights))))
        + "]}";
  }

  private static String input(String name, String type, String shape, String data) {
    return "{\"name\":\"%s\",\"datatype\":\"%s\",\"shape\":[%s],\"data\":%s}"
        .formatted(name, type, shape, data);
  }
}
