package dev.farsight.watch.runs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.farsight.api.FarsightException;
import dev.farsight.api.internal.ProcessLock;
import dev.farsight.engine.Report;
import dev.farsight.engine.event.RunListener;
import dev.farsight.watch.Chromium;
import dev.farsight.watch.WatchedRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.logging.LogType;

/** What real runs have left. */
class ComparisonTest {

  @TempDir private static Path runs;

  @BeforeAll
  static void train() throws IOException {
    train("lfu", "cache.policy=lfu");
    train("lru", "cache.policy=lru");
    train("two", "compute.nd4j-native.devices=2");
    train("rate", "optimizer.learning-rate=0.01");
    Path broken = Files.createDirectory(runs.resolve("broken"));
    Files.createFile(broken.resolve("lock"));
    Files.writeString(broken.resolve("run.log"), "died\n");
    Files.createDirectory(runs.resolve("no-run"));
  }

  private static void train(String name, String setting) {
    WatchedRun.train(
        runs.resolve(name), OptionalInt.empty(), RunListener.NONE, watching -> {}, setting);
  }

  private static Comparison comparison(String... names) {
    return new Comparison(List.of(names).stream().map(n -> PastRun.read(runs.resolve(n))).toList());
  }

  @Test
  void runsAreListedWithTheirStates() {
    assertThat(PastRun.in(runs))
        .extracting(PastRun::name)
        .containsExactlyInAnyOrder("lfu", "lru", "two", "rate", "broken");
    assertThat(PastRun.read(runs.resolve("broken")).state()).isEqualTo(PastRun.State.BROKEN);
    assertThat(PastRun.read(runs.resolve("lru")).state()).isEqualTo(PastRun.State.DONE);
  }

  @Test
  void aRunUnderWayIsRunning() throws IOException {
    Path folder = Files.createDirectory(runs.resolve("now"));
    Files.writeString(folder.resolve("run.log"), "at work\n");
    try (var lock = ProcessLock.exclusive(folder.resolve("lock"), FarsightException::new)) {
      assertThat(lock).isNotNull();
      assertThat(PastRun.read(folder).state()).isEqualTo(PastRun.State.RUNNING);
    } finally {
      Files.delete(folder.resolve("run.log"));
      Files.delete(folder.resolve("lock"));
      Files.delete(folder);
    }
  }

  @Test
  void policiesDifferInSettingAndHitsButNotInLosses() {
    Comparison comparison = comparison("lfu", "lru");
    assertThat(comparison.settings())
        .containsExactly(new Comparison.Line("cache.policy", List.of("lfu", "lru")));
    assertThat(comparison.sameLosses()).isTrue();
    assertThat(comparison.figures())
        .filteredOn(line -> line.name().equals("quality.auroc"))
        .singleElement()
        .satisfies(line -> assertThat(line.values().get(0)).isEqualTo(line.values().get(1)));
    assertThat(comparison.figures())
        .filteredOn(line -> line.name().equals("cache.hit_ratio"))
        .singleElement()
        .satisfies(line -> assertThat(line.values().get(0)).isNotEqualTo(line.values().get(1)));
  }

  @Test
  void devicesAreComparedWhereThereAreSeveral() {
    assertThat(comparison("lfu", "lru").figures())
        .extracting(Comparison.Line::name)
        .noneMatch(name -> name.startsWith("devices"));
    List<Comparison.Line> figures = comparison("lfu", "two").figures();
    Report two = PastRun.read(runs.resolve("two")).report().orElseThrow();
    for (int rank = 0; rank < 2; rank++) {
      String name = "devices[" + rank + "].unique_rows";
      String of =
          String.format(
              Locale.ROOT,
              "%,d",
              two.json().getConfigList("devices").get(rank).getLong("unique_rows"));
      assertThat(figures)
          .filteredOn(line -> line.name().equals(name))
          .singleElement()
          .satisfies(line -> assertThat(line.values().get(1)).isEqualTo(of));
    }
    assertThat(figures)
        .filteredOn(line -> line.name().equals("devices[1].hit_ratio"))
        .singleElement()
        .satisfies(line -> assertThat(line.values().get(0)).isEqualTo("-"));
  }

  @Test
  void anotherLearningRateHasOtherLosses() {
    Comparison comparison = comparison("lfu", "rate");
    assertThat(comparison.settings())
        .extracting(Comparison.Line::name)
        .contains("optimizer.learning-rate");
    assertThat(comparison.sameLosses()).isFalse();
  }

  @Test
  void whatIsNoRunIsToldInALine() {
    assertThatThrownBy(() -> PastRun.read(runs.resolve("none")))
        .isInstanceOf(FarsightException.class)
        .hasMessage("%s: no such run; `farsight runs` lists those there are", runs.resolve("none"));
    assertThatThrownBy(() -> PastRun.read(runs.resolve("no-run")))
        .hasMessage(
            "%s: is not the folder of a run, which has a report.json", runs.resolve("no-run"));
    assertThatThrownBy(() -> comparison("lfu", "broken"))
        .hasMessage(
            "%s: has no report.json: the run goes on, or has failed", runs.resolve("broken"));
  }

  @Test
  void thePageShowsCurvesAndTables() throws Exception {
    assumeTrue(Chromium.isHere(), "no " + Chromium.BROWSER + " and " + Chromium.DRIVER + " here");
    Path folder = Files.createTempDirectory(runs.getParent(), "page");
    Path page = Files.writeString(folder.resolve("compare.html"), comparison("lfu", "rate").html());
    ChromeDriver browser = Chromium.start(folder.resolve("profile"));
    try {
      browser.get(page.toUri().toString());
      for (String chart : List.of("loss", "auroc", "logloss")) {
        assertThat(
                browser.executeScript(
                    "const c = document.querySelector('#%s canvas'); return c.getContext('2d').getImageData(0, 0, c.width, c.height).data.some(b => b) && c.getAttribute('aria-label')"
                        .formatted(chart)))
            .asString()
            .matches(".*lfu \\d.*rate \\d.*");
      }
      assertThat(browser.findElement(By.id("settings")).getText())
          .contains("optimizer.learning-rate");
      Chromium.picture(browser, "compare");
      assertThat(browser.manage().logs().get(LogType.BROWSER).getAll()).isEmpty();
    } finally {
      browser.quit();
    }
  }
}
