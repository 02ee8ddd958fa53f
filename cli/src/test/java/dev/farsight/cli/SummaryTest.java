package dev.farsight.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class SummaryTest {

  private static String print(String json, String command) {
    return print(json, command, 0);
  }

  private static String print(String json, String command, long stepsBefore) {
    var out = new ByteArrayOutputStream();
    new Summary(ConfigFactory.parseString(json), stepsBefore)
        .print(
            new PrintStream(out, true, StandardCharsets.UTF_8), command, Path.of("r/report.json"));
    return out.toString(StandardCharsets.UTF_8);
  }

  @Test
  void tellsTheMainFigures() {
    String json =
        """
        { data { train_samples = 1800, eval_samples = 300, bad_rows = 2, truncated_bags = 1234 }
          throughput { samples_per_second = 81300.4, iterations_per_second = 39.71, train_seconds = 12.34 }
          quality { auroc = 0.75, auroc_ceiling = 0.8, accuracy = 0.7812, logloss = 0.48784 }
          cache { policy = lfu, slots = 25000, hit_ratio = 0.93654, loaded_rows = 260000, evicted_rows = 250000 } }
        """;
    assertThat(print(json, "train"))
        .isEqualTo(
            """
            trained 1,800 samples in 12.3 s: 81,300 samples/s, 39.7 it/s
            AUROC 0.7500 (ceiling 0.8000, 93.8 % of it), logloss 0.4878, accuracy 0.7812, on 300 samples
            cache lfu of 25,000 slots: hit rate 93.7 %, 260,000 rows loaded, 250,000 evicted
            skipped 2 malformed rows
            truncated 1,234 bags of too many lookups
            report: r/report.json
            """);
  }

  @Test
  void tellsHowTheWorkOfSeveralDevicesWasDivided() {
    String device =
        """
        { name = "gpu %d", unique_rows = %d
          exchange { forward.sent_bytes = 1048576, backward.sent_bytes = 2097152 }
          stages { read = 3, fetch = %s, write_back = 1.5 } }
        """;
    String slow = device.formatted(1, 600, "4.26");
    String two = "{ devices = [" + device.formatted(0, 400, "2") + ", " + slow + "] }";
    assertThat(print(two, "eval"))
        .isEqualTo(
            """
            2 devices: 40.0 to 60.0 % of the unique rows, 2.0 MiB of rows and 4.0 MiB of gradients exchanged; longest stage: fetch of gpu 1, 4.3 s
            report: r/report.json
            """);
    assertThat(print(two.replace("2097152", "0"), "eval"))
        .contains(" rows, 2.0 MiB of rows exchanged; ");
    assertThat(print(two.replace("4.26", "2"), "eval")).contains("; longest stage: read, 3.0 s\n");
    assertThat(print("{ devices = [" + slow + "] }", "eval")).isEqualTo("report: r/report.json\n");
  }

  @Test
  void tellsTheAurocOfGroups() {
    String json =
        "{ quality { auroc = 0.75, gauc = 0.7, accuracy = 0.5, logloss = 0.5 }, data.eval_samples = 9 }";
    assertThat(print(json, "eval"))
        .startsWith("AUROC 0.7500, GAUC 0.7000, logloss 0.5000, accuracy 0.5000, on 9 samples\n");
  }

  @Test
  void leavesOutWhatTheReportDoesNotHold() {
    assertThat(print("{ quality { auroc = null }, data { bad_rows = 0 } }", "eval"))
        .isEqualTo("report: r/report.json\n");
  }

  @Test
  void tellsOfEarlyStoppingAndTheBestStep() {
    String json =
        """
        { throughput { steps = 3000, samples_per_second = 1, iterations_per_second = 1, train_seconds = 1 }
          data { train_samples = 10, bad_rows = 0 }
          early_stopped { best_step = 2000, metric = auroc, best = 0.77219 }, restored_step = 2000 }
        """;
    assertThat(print(json, "train"))
        .contains("stopped early after step 3,000: auroc was best, 0.7722, after step 2,000\n")
        .contains("model: that of step 2,000, the best one\n");
  }

  @Test
  void anEvaluationOfAPartSaysWhichOne() {
    assertThat(print("{ config.data.eval-fraction = 0.142857 }", "eval"))
        .startsWith("these are the last 14.2857 % of the data, which training leaves out; ");
    assertThat(print("{ config.data.eval-fraction = 1.0 }", "eval"))
        .isEqualTo("report: r/report.json\n");
    assertThat(print("{ config.data { eval-fraction = 0.1, source = npy } }", "eval"))
        .startsWith("this is the evaluation part of the data, which training leaves out; ");
  }

  @Test
  void anEvaluationOfFilesOrAColumnSaysSo() {
    for (String fraction : new String[] {"0", "0.1", "1"}) {
      String data = "config.data { source = csv, eval-fraction = " + fraction + ", ";
      assertThat(print("{ " + data + "eval-path = [a.csv] } }", "eval"))
          .isEqualTo("these are the samples of data.eval-path\nreport: r/report.json\n");
      assertThat(print("{ " + data + "eval-path = null, eval-where.column = day } }", "eval"))
          .isEqualTo(
              """
              these are the samples that data.eval-where chooses by day, which training leaves out
              report: r/report.json
              """);
      assertThat(print("{ " + data + "eval-path = [a.csv] } }", "train"))
          .doesNotContain("these are");
    }
  }

  @Test
  void aStoppedRunSaysWhereAndThatItWasNotEvaluated() {
    String json =
        """
        { stopped = true, evaluated_step = null, config.checkpoint.every = null
          data { train_samples = 5120, eval_samples = 0 }
          throughput { steps = 51, samples_per_second = 1000, iterations_per_second = 10, train_seconds = 5.12, epoch_seconds = 0 }
          quality { auroc = null, logloss = null } }
        """;
    assertThat(print(json, "train"))
        .isEqualTo(
            """
            stopped at step 51, not evaluated; trained 5,120 samples in 5.1 s: 1,000 samples/s, 10.0 it/s
            report: r/report.json
            """);
    String checkpointed = json.replace("every = null", "every = \"1 h\"");
    assertThat(print(checkpointed, "train")).contains("\nto continue: farsight train --resume r\n");
  }

  @Test
  void aStoppedRunNamesTheStepOfAnEarlierEvaluation() {
    String json =
        """
        { stopped = true, evaluated_step = %d, data { train_samples = 5120, eval_samples = 9 }
          throughput { steps = 51, samples_per_second = 1, iterations_per_second = 1, train_seconds = 1 }
          quality { auroc = 0.75, logloss = 0.5, accuracy = 0.5 } }
        """;
    assertThat(print(json.formatted(40), "train"))
        .contains("stopped at step 51, not evaluated; ", "\nafter step 40: AUROC 0.7500, ");
    assertThat(print(json.formatted(51), "train"))
        .contains("stopped at step 51; ", "\nAUROC 0.7500, ");
  }

  @Test
  void aRunThatHadEndedBeforeSaysSo() {
    String json = "{ throughput.steps = 243, data.train_samples = 100, data.eval_samples = 1 }";
    assertThat(print(json, "train", 243))
        .startsWith("nothing was left to train: the run had ended at step 243; ");
    assertThat(print(json, "train", 242)).startsWith("trained 100 samples in ");
  }

  @Test
  void whatCannotBeEvaluatedSaysWhy() {
    String trained = "throughput.steps = 3, data { train_samples = 100, eval_samples = 0 }";
    assertThat(print("{ config.data.eval-fraction = 0, " + trained + " }", "train"))
        .contains("\nnot evaluated: data.eval-fraction = 0 holds no rows out\n");
    assertThat(print("{ config.data.eval-fraction = 0.1, " + trained + " }", "train"))
        .contains("\nnot evaluated: the data has no rows to evaluate on\n");
    assertThat(print("{ quality { auroc = null, logloss = 0.25 }, data.eval_samples = 9 }", "eval"))
        .startsWith("AUROC is undefined, as all 9 samples have the same label; logloss 0.2500\n");
    assertThat(print("{ quality.logloss = null, data.eval_samples = 9 }", "eval"))
        .startsWith(
            "the data has no labels to compare with; the logits of its 9 samples are in r/predictions.npy\n");
  }

  @Test
  void aCacheOfAllRowsHasNoHitRate() {
    String cache = "policy = lfu, slots = 480, hit_ratio = 1, loaded_rows = 480, evicted_rows = 0";
    assertThat(print("{ cache { all_rows = true, " + cache + " } }", "eval"))
        .startsWith("cache: all 480 rows are resident, so none is evicted\n");
    assertThat(print("{ cache { all_rows = false, " + cache + " } }", "eval"))
        .startsWith("cache lfu of 480 slots: hit rate 100.0 %");
  }
}
