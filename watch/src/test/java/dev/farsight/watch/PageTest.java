package dev.farsight.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.farsight.engine.event.RunControl;
import dev.farsight.engine.event.RunListener;
import dev.farsight.engine.event.RunStarted;
import dev.farsight.engine.event.StepProgress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.Dimension;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.support.ui.WebDriverWait;

/** The page of a run in Chromium. */
class PageTest {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final List<String> CHARTS =
      List.of("loss", "quality", "speed", "stages", "hits", "bytes");

  @TempDir private Path folder;

  /** Takes its time, and can be stopped. */
  private static final class SlowRun implements RunListener {

    private volatile RunControl run;

    @Override
    public void started(RunStarted started, RunControl control) {
      run = control;
    }

    @Override
    public void step(StepProgress progress) {
      try {
        Thread.sleep(2);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @Test
  void chartsMoveInLightAndDarkWideAndNarrow() throws Exception {
    assumeTrue(Chromium.isHere(), "no " + Chromium.BROWSER + " and " + Chromium.DRIVER + " here");
    var url = new CompletableFuture<String>();
    var slow = new SlowRun();
    var run =
        CompletableFuture.runAsync(
            () ->
                WatchedRun.train(
                    folder.resolve("run"),
                    OptionalInt.of(0),
                    slow,
                    watching -> url.complete(watching.url().orElseThrow()),
                    "data.synthetic.rows=2000000",
                    "data.eval-fraction=0.0005",
                    "checkpoint.every=100 steps",
                    "compute.nd4j-native.devices=2"));
    try {
      drive(url.get(60, TimeUnit.SECONDS), slow, run);
    } finally {
      if (slow.run != null) {
        slow.run.stop();
      }
    }
    run.get(60, TimeUnit.SECONDS);
  }

  private void drive(String url, SlowRun slow, CompletableFuture<Void> run) throws Exception {
    ChromeDriver browser = Chromium.start(folder.resolve("profile"));
    try {
      browser.manage().window().setSize(new Dimension(1200, 900));
      browser.get(url);
      until(
          browser,
          "return course.training.points.length >= 4 && course.evaluations.points.length >= 2");
      checkLayout(browser);
      chartsMove(browser);
      Chromium.picture(browser, "wide-light");
      emulate(browser, "dark");
      assertThat(browser.executeScript("return getComputedStyle(document.body).backgroundColor"))
          .isEqualTo("rgb(20, 24, 29)");
      chartsMove(browser);
      assertThat(browser.executeScript("return Chart.defaults.color")).isEqualTo("#a3adb8");
      Chromium.picture(browser, "wide-dark");
      narrow(browser);
      assertThat(browser.executeScript("return innerWidth")).isEqualTo(400L);
      chartsMove(browser);
      checkLayout(browser);
      Chromium.picture(browser, "narrow-dark");
      lateJoinerHasTheHistory(browser, url);
      slow.run.stop();
      until(browser, "return document.getElementById('state').textContent === 'stopped'");
      run.get(60, TimeUnit.SECONDS);
      assertThat(browser.executeScript("return source.readyState")).isEqualTo(2L);
      assertThat(browser.manage().logs().get(LogType.BROWSER).getAll()).isEmpty();
    } finally {
      browser.quit();
    }
  }

  /** Every chart is drawn and says what it shows; nothing is wider than the page. */
  private static void checkLayout(ChromeDriver browser) {
    for (String chart : CHARTS) {
      String canvas = "document.querySelector('#" + chart + " canvas')";
      assertThat(browser.executeScript("return " + canvas + ".getAttribute('aria-label')"))
          .asString()
          .matches(".*\\d.*");
      assertThat(
              browser.executeScript(
                  "const c = "
                      + canvas
                      + "; return c.getContext('2d').getImageData(0, 0, c.width, c.height).data.some(b => b)"))
          .as("%s has ink", chart)
          .isEqualTo(true);
    }
    assertThat(
            browser.executeScript(
                "return document.documentElement.scrollWidth <= document.documentElement.clientWidth"))
        .as("fits the width")
        .isEqualTo(true);
    assertThat(
            browser.executeScript(
                "return document.querySelectorAll('#table-hits tbody tr').length"))
        .isEqualTo(3L);
    assertThat(browser.findElement(By.id("device-figures")).getText())
        .contains("longest stage", "cpu 0", "cpu 1", "compute");
  }

  /** The points of curves and the pixels of their charts change as training goes on. */
  private static void chartsMove(ChromeDriver browser) {
    String pixels = "return document.querySelector('#loss canvas').toDataURL()";
    String points = "return charts.get('loss').data.datasets[0].data.length";
    Object before = browser.executeScript(pixels);
    long pointsBefore = (Long) browser.executeScript(points);
    new WebDriverWait(browser, PATIENCE)
        .until(b -> (Long) browser.executeScript(points) > pointsBefore);
    assertThat(browser.executeScript(pixels)).isNotEqualTo(before);
  }

  private static void lateJoinerHasTheHistory(ChromeDriver browser, String url) {
    long before = (Long) browser.executeScript("return course.training.points.length");
    browser.get(url);
    until(browser, "return course.training.points.length >= " + before);
  }

  private static void until(ChromeDriver browser, String script) {
    new WebDriverWait(browser, PATIENCE).until(b -> browser.executeScript(script).equals(true));
  }

  private static void emulate(ChromeDriver browser, String scheme) {
    browser.executeCdpCommand(
        "Emulation.setEmulatedMedia",
        Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
  }

  private static void narrow(ChromeDriver browser) {
    browser.executeCdpCommand(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", 400, "height", 900, "deviceScaleFactor", 1, "mobile", false));
  }
}
