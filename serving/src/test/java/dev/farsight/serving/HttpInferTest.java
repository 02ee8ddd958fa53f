package dev.farsight.serving;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Scores over HTTP are those of an evaluation, to the bit, however rows are sent. */
class HttpInferTest {

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

  @Test
  void rawFieldsAreScoredAsAnEvaluationDoes() throws Exception {
    String logit = "\"outputs\":[{\"name\":\"logit\"},{\"name\":\"probability\"}],";
    for (int size : new int[] {1, 7, 100}) {
      for (int from = 0; from + size <= TestModel.ROWS; from += 101) {
        var answer = client.infer(model.rawJson(from, from + size, logit));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        float[] expected = Arrays.copyOfRange(model.logits, from, from + size);
        assertThat(TestClient.output(answer.body(), "logit")).isEqualTo(expected);
        float[] probabilities = TestClient.output(answer.body(), "probability");
        for (int i = 0; i < size; i++) {
          assertThat(probabilities[i]).isEqualTo((float) (1 / (1 + Math.exp(-expected[i]))));
        }
      }
    }
  }
}
