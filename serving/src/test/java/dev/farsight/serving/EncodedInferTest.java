package dev.farsight.serving;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Encoded samples get the logits of an evaluation, to the bit, over HTTP and gRPC. */
class EncodedInferTest {

  private static final String LOGIT = "\"outputs\":[{\"name\":\"logit\"}],";
  private static final String BOTH =
      "\"outputs\":[{\"name\":\"probability\"},{\"name\":\"logit\"}],";
  private static final String LENGTH = "Inference-Header-Content-Length";

  /** Samples of a request. */
  private static final int SOME = 40;

  @TempDir static Path folder;

  private static TestModel model;
  private static FarsightServer server;
  private static TestClient client;

  @BeforeAll
  static void start() throws IOException {
    model = TestModel.train(folder);
    server = model.start("serving.batch.size=32");
    client = new TestClient(server);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static float[] expected(int from) {
    return Arrays.copyOfRange(model.logits, from, from + SOME);
  }

  @Test
  void encodedSamplesAreScoredAsAnEvaluationDoes() throws Exception {
    try (var grpc = new GrpcClient(server)) {
      List<EncodedRows> pieces = EncodedRows.inPieces(model, SOME);
      for (int piece = 0; piece < pieces.size(); piece++) {
        int from = piece * SOME;
        EncodedRows rows = pieces.get(piece);
        assertThat(rows.tags).isNotEmpty();
        var answer = client.infer(rows.json(LOGIT));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(TestClient.output(answer.body(), "logit")).isEqualTo(expected(from));
        assertThat(GrpcClient.logits(grpc.waiting().modelInfer(GrpcClient.request(rows))))
            .isEqualTo(expected(from));
      }
    }
  }

  /** Inputs that follow the JSON. */
  @Test
  void binaryInputsAreScoredAsThoseInJson() throws Exception {
    var rows = EncodedRows.first(model, SOME);
    var data = ByteBuffer.allocate(1 << 16).order(ByteOrder.LITTLE_ENDIAN);
    String inputs =
        String.join(
            ",",
            binary("dense", "FP32", SOME + ",2", floats(data, rows.dense)),
            binary("user", "INT64", "" + SOME, longs(data, rows.users)),
            binary("tags", "INT64", "" + rows.tags.length, longs(data, rows.tags)),
            binary("tags.offsets", "INT64", "" + (SOME + 1), longs(data, rows.tagOffsets)),
            binary("tags.weights", "FP32", "" + rows.tags.length, floats(data, rows.tagWeights)));
    byte[] json = ("{" + LOGIT + "\"inputs\":[" + inputs + "]}").getBytes(StandardCharsets.UTF_8);
    byte[] body =
        ByteBuffer.allocate(json.length + data.position()).put(json).put(data.flip()).array();
    var answer = client.inferBinary(body, LENGTH, "" + json.length);
    String text = new String(answer.body(), StandardCharsets.UTF_8);
    assertThat(answer.statusCode()).as(text).isEqualTo(200);
    assertThat(TestClient.output(text, "logit")).isEqualTo(expected(0));
  }

  private static String binary(String name, String type, String shape, int bytes) {
    return "{\"name\":\"%s\",\"datatype\":\"%s\",\"shape\":[%s],\"parameters\":{\"binary_data_size\":%d}}"
        .formatted(name, type, shape, bytes);
  }

  private static int floats(ByteBuffer data, float[] values) {
    for (float value : values) {
      data.putFloat(value);
    }
    return values.length * Float.BYTES;
  }

  private static int longs(ByteBuffer data, int[] values) {
    for (int value : values) {
      data.putLong(value);
    }
    return values.length * Long.BYTES;
  }

  /** One output that follows the JSON, both that do, and all of a request by its own parameter. */
  @Test
  void binaryOutputsAreThoseInJson() throws Exception {
    String asked = "\"outputs\":[{\"name\":\"probability\"%s},{\"name\":\"logit\"%s}],";
    String each = ",\"parameters\":{\"binary_data\":true}";
    String all = "\"parameters\":{\"binary_data_output\":true},";
    String plain = client.infer(model.rawJson(3, 90, BOTH)).body();
    requireBinary(plain, asked.formatted("", each), "logit");
    requireBinary(plain, asked.formatted(each, ""), "probability");
    requireBinary(plain, asked.formatted(each, each), "probability", "logit");
    requireBinary(plain, all + asked.formatted("", ""), "probability", "logit");
  }

  private static void requireBinary(String plain, String outputs, String... binary)
      throws Exception {
    byte[] body = model.rawJson(3, 90, outputs).getBytes(StandardCharsets.UTF_8);
    var answer = client.inferBinary(body, "Accept", "*/*");
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Content-Type")).contains("application/octet-stream");
    int length = (int) answer.headers().firstValueAsLong(LENGTH).orElseThrow();
    String json = new String(answer.body(), 0, length, StandardCharsets.UTF_8);
    ByteBuffer data =
        ByteBuffer.wrap(answer.body()).position(length).order(ByteOrder.LITTLE_ENDIAN);
    for (String name : binary) {
      assertThat(json)
          .contains(
              "{\"name\":\"%s\",\"datatype\":\"FP32\",\"shape\":[87],\"parameters\":{\"binary_data_size\":348}}"
                  .formatted(name));
      var values = new float[87];
      data.asFloatBuffer().get(values);
      data.position(data.position() + values.length * Float.BYTES);
      assertThat(values).isEqualTo(TestClient.output(plain, name));
    }
    assertThat(data.hasRemaining()).isFalse();
    if (binary.length == 1) {
      String other = binary[0].equals("logit") ? "probability" : "logit";
      assertThat(TestClient.output(json, other)).isEqualTo(TestClient.output(plain, other));
    }
  }
}
