package dev.farsight.serving;

import dev.farsight.api.data.Batch;
import dev.farsight.engine.predict.Predictor;
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

  private EncodedRows(Batch batch) {
    int samples = batch.samples();
    dense = new float[samples * 2];
    batch.dense().get(0, dense);
    users = Arrays.copyOf(batch.indices(0), samples);
    tags = Arrays.copyOf(batch.indices(1), batch.lookups(1));
    tagOffsets = Arrays.copyOf(batch.offsets(1), samples + 1);
    tagWeights = new float[tags.length];
    batch.lookupWeights(1).get(0, tagWeights);
  }

  /** At most a batch of rows. */
  static EncodedRows of(TestModel model, int from, int to) {
    try (Predictor predictor =
        Predictor.open(model.settings(), TestModel.components(), model.model)) {
      var encoder = predictor.encoder().orElseThrow();
      Batch batch = predictor.newBatch();
      encoder.begin(batch);
      for (TestModel.Row row : model.rows.subList(from, to)) {
        encoder.set("x", row.x());
        encoder.set("y", row.y());
        encoder.set("user", row.user());
        row.tags().forEach(tag -> encoder.add("tags", tag));
        row.scores().forEach(score -> encoder.add("scores", score));
        encoder.endSample();
      }
      encoder.end();
      return new EncodedRows(batch);
    }
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
