package dev.farsight.watch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import java.util.logging.Level;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/** Debian's Chromium without a window, which nothing is downloaded for. */
public final class Chromium {

  public static final Path BROWSER = Path.of("/usr/bin/chromium");
  public static final Path DRIVER = Path.of("/usr/bin/chromedriver");

  private Chromium() {}

  public static boolean isHere() {
    return Files.isExecutable(BROWSER) && Files.isExecutable(DRIVER);
  }

  /**
   * @param profile a new folder
   */
  public static ChromeDriver start(Path profile) {
    var logs = new LoggingPreferences();
    logs.enable(LogType.BROWSER, Level.ALL);
    var options = new ChromeOptions();
    options.setBinary(BROWSER.toFile());
    options.setCapability("goog:loggingPrefs", logs);
    options.addArguments(
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--disable-dev-shm-usage",
        "--user-data-dir=" + profile);
    var service =
        new ChromeDriverService.Builder()
            .usingDriverExecutable(DRIVER.toFile())
            .usingAnyFreePort()
            .build();
    return new ChromeDriver(service, options);
  }

  /** Leaves a picture of the page in the folder that {@code -Dfarsight.screenshots} names. */
  public static void picture(ChromeDriver browser, String name) throws IOException {
    String wanted = System.getProperty("farsight.screenshots");
    if (wanted != null) {
      Path file = Files.createDirectories(Path.of(wanted)).resolve(name + ".png");
      Object page =
          browser.executeScript(
              "return {x: 0, y: 0, width: innerWidth, height: document.documentElement.scrollHeight, scale: 1}");
      var shot =
          browser.executeCdpCommand(
              "Page.captureScreenshot", Map.of("captureBeyondViewport", true, "clip", page));
      Files.write(file, Base64.getDecoder().decode((String) shot.get("data")));
    }
  }
}
