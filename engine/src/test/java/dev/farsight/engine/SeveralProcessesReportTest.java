package dev.farsight.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigValue;
import dev.farsight.engine.ProcessThreads.End;
import dev.farsight.engine.event.RunListener;
import dev.farsight.engine.event.StepProgress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The reports of several processes tell of the whole run what that of one process would. */
@Timeout(60)
class SeveralProcessesReportTest {

  /** What depends on time, on the process, or on the settings that divide the run. */
  private static final String OWN =
      "host\\..*|config\\..*|process|processes|.*seconds|.*_per_second|throughput\\.(stages|cpu_seconds)\\..*|memory\\..*|rows\\..*_bytes|weights_sha256|devices|cache\\.tiers";

  @TempDir Path folder;

  private TestRun run(String storage, int devices) {
    return new TestRun(folder)
        .set(
            "data.batch-size=36",
            "cache.size=\"30%\"",
            "sharding.collective=sockets",
            "sharding.tables.C2=replicated",
            "train.eval-every=120",
            "report.warm-up=50",
            "storage.backend=" + storage,
            "storage.ssd.ram-cache=" + (storage.equals("ssd") ? "\"40%\"" : "null"),
            "compute.nd4j-native.devices=" + devices);
  }

  /** All figures of a report that do not depend on how it was computed. */
  private static Map<String, ConfigValue> figures(Report report) {
    Map<String, ConfigValue> figures = new TreeMap<>();
    report
        .json()
        .entrySet()
        .forEach(
            entry -> {
              if (!entry.getKey().matches(OWN)) {
                figures.put(entry.getKey(), entry.getValue());
              }
            });
    return figures;
  }

  /** Without what is another's name, time and room in several processes. */
  private static List<Map<String, ConfigValue>> devices(Report report) {
    List<Map<String, ConfigValue>> devices = new ArrayList<>();
    for (Config device : report.json().getConfigList("devices")) {
      Map<String, ConfigValue> figures = new TreeMap<>();
      device.entrySet().forEach(entry -> figures.put(entry.getKey(), entry.getValue()));
      figures.keySet().removeIf(key -> key.matches("(stages|threads)\\..*|name|device_bytes"));
      devices.add(figures);
    }
    return devices;
  }

  private static List<Report> reports(List<End> ends) {
    assertThat(ends).allSatisfy(end -> assertThat(end.failure()).isNull());
    return ends.stream().map(End::report).toList();
  }

  @ParameterizedTest
  @CsvSource({"2, 1, offheap", "3, 1, ssd", "2, 2, offheap"})
  void theyTellOfTheWholeRun(int processes, int devices, String storage) throws Exception {
    List<Report> several =
        reports(ProcessThreads.train(processes, number -> run(storage, devices)));
    Report one = run(storage, processes * devices).train();
    assertThat(one.json().getLong("cache.loaded_rows")).isPositive();
    assertThat(one.json().getLong("steady.lookups")).isPositive();
    for (int number = 0; number < processes; number++) {
      Config json = several.get(number).json();
      assertThat(figures(several.get(number))).as("process %d", number).isEqualTo(figures(one));
      assertThat(devices(several.get(number))).isEqualTo(devices(one));
      assertThat(json.getInt("process")).isEqualTo(number);
      requireProcesses(json, processes, devices);
      requireTiers(json.getConfigList("cache.tiers"), one.json().getConfigList("cache.tiers"));
      assertThat(several.get(number).weightsSha256().isPresent()).isEqualTo(number == 0);
    }
  }

  /** What a process tells while it trains: of the lookups of its rows, by whomever. */
  @Test
  void theHitRatioOfAStepIsThatOfTheRowsOfAProcess() throws Exception {
    var last = new double[2];
    List<Report> reports =
        reports(
            ProcessThreads.train(
                2,
                number -> run("offheap", 2),
                number ->
                    new RunListener() {
                      @Override
                      public void step(StepProgress progress) {
                        last[number] = progress.hitRatio();
                      }
                    }));
    List<? extends Config> devices = reports.get(0).json().getConfigList("devices");
    for (int number = 0; number < 2; number++) {
      List<? extends Config> own = devices.subList(2 * number, 2 * number + 2);
      double hits = own.stream().mapToLong(device -> device.getLong("hits")).sum();
      double lookups = own.stream().mapToLong(device -> device.getLong("lookups")).sum();
      assertThat(last[number]).isBetween(.1, .999).isCloseTo(hits / lookups, within(1e-9));
    }
  }

  /** Processes have a copy each of replicated rows, so counts are not those of one process. */
  private static void requireTiers(List<? extends Config> several, List<? extends Config> one) {
    assertThat(several).hasSameSizeAs(one);
    for (int t = 0; t < one.size(); t++) {
      assertThat(several.get(t).getString("tier")).isEqualTo(one.get(t).getString("tier"));
      assertThat(several.get(t).getLong("written_rows"))
          .isGreaterThanOrEqualTo(one.get(t).getLong("written_rows"));
    }
  }

  private static void requireProcesses(Config json, int processes, int devices) {
    List<? extends Config> each = json.getConfigList("processes");
    assertThat(each).hasSize(processes);
    List<String> names =
        each.stream().flatMap(process -> process.getStringList("devices").stream()).toList();
    assertThat(names)
        .isEqualTo(
            IntStream.range(0, processes * devices)
                .mapToObj(rank -> "cpu " + rank % devices + " of process " + rank / devices)
                .toList())
        .isEqualTo(json.getConfigList("devices").stream().map(it -> it.getString("name")).toList());
    for (String bytes : List.of("device_bytes", "store_bytes", "peak_rss_bytes")) {
      assertThat(each.stream().mapToLong(process -> process.getLong(bytes)).sum())
          .as(bytes)
          .isPositive()
          .isEqualTo(json.getLong("memory." + bytes));
    }
    double compute =
        each.stream().mapToDouble(process -> process.getDouble("stages.compute")).sum();
    assertThat(json.getDouble("throughput.stages.compute"))
        .isPositive()
        .isCloseTo(compute / processes, within(1e-9));
    assertThat(each)
        .allSatisfy(
            process -> {
              assertThat(process.getString("host")).isNotEmpty();
              assertThat(process.getLong("pid")).isEqualTo(ProcessHandle.current().pid());
            });
  }
}
