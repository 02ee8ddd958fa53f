package dev.farsight.serving;

import static org.assertj.core.api.Assertions.assertThat;

import dev.farsight.testkit.Dashboard;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The dashboard of the documentation asks for metrics that a server has. */
class DashboardTest {

  @TempDir static Path folder;

  @Test
  void everyMetricOfTheDashboardIsDelivered() throws Exception {
    var dashboard = new Dashboard(Path.of("..", "docs"), "farsight-serving.json");
    assertThat(dashboard.metrics()).hasSizeGreaterThan(15);
    TestModel model = TestModel.train(folder);
    try (FarsightServer server = model.start()) {
      var client = new TestClient(server);
      assertThat(client.infer(model.rawJson(0, 9, "")).statusCode()).isEqualTo(200);
      assertThat(dashboard.missingIn(client.get("/metrics").body())).isEmpty();
    }
  }
}
