package dev.farsight.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.farsight.engine.event.ModelSaved;
import dev.farsight.engine.event.RunListener;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The metrics are what Prometheus' own parsers, of its Python library, take them for. */
class PrometheusTest {

  private static final String OPEN_METRICS =
      "application/openmetrics-text; version=1.0.0; charset=utf-8";

  private static final String PARSE =
      """
      import sys
      if sys.argv[1] == 'openmetrics':
          from prometheus_client.openmetrics.parser import text_string_to_metric_families
      else:
          from prometheus_client.parser import text_string_to_metric_families
      for family in text_string_to_metric_families(open(sys.argv[2]).read()):
          assert family.documentation, family.name
          for sample in family.samples:
              labels = ','.join(k + '=' + v for k, v in sorted(sample.labels.items()))
              print('SAMPLE', family.type, sample.name + '{' + labels + '}', sample.value)
      """;

  @TempDir private Path folder;

  /** PROMETHEUS_PYTHON names a Python with the package prometheus_client. */
  @Test
  void prometheusParsesIt() throws Exception {
    String python = System.getenv().getOrDefault("PROMETHEUS_PYTHON", "python3");
    assumeTrue(
        PythonCode.run(folder, python, "import prometheus_client").status() == 0,
        "no package prometheus_client in " + python);
    Map<String, String> text = new TreeMap<>();
    var url = new AtomicReference<String>();
    var own =
        new RunListener() {
          @Override
          public void modelSaved(ModelSaved model) {
            text.put("text", Metrics.whole(url.get(), "text/plain"));
            text.put("openmetrics", Metrics.whole(url.get(), OPEN_METRICS));
          }
        };
    WatchedRun.train(
        folder.resolve("run"),
        OptionalInt.of(0),
        own,
        watching -> url.set(watching.url().orElseThrow()),
        "checkpoint.every=50 steps");
    assertThat(text).hasSize(2);
    for (Map.Entry<String, String> format : text.entrySet()) {
      Path file = Files.writeString(folder.resolve(format.getKey()), format.getValue());
      var parsed = PythonCode.run(folder, python, PARSE, format.getKey(), file.toString());
      assertThat(parsed.status()).as(parsed.output()).isZero();
      List<String> samples = parsed.output().lines().toList();
      assertThat(samples)
          .anyMatch(line -> line.matches("SAMPLE counter farsight_steps_total\\{} [1-9].*"))
          .anyMatch(line -> line.matches("SAMPLE gauge farsight_eval_auroc\\{} 0\\.\\d+"))
          .anyMatch(
              line ->
                  line.matches("SAMPLE counter farsight_stage_seconds_total\\{stage=compute} .*"))
          .anyMatch(line -> line.matches("SAMPLE counter farsight_checkpoints_total\\{} [1-9].*"));
      assertThat(samples.stream().filter(l -> l.contains("farsight_cache_lookups_total{table=")))
          .hasSize(3);
    }
  }
}
