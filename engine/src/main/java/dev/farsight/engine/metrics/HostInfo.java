package dev.farsight.engine.metrics;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** Describes the host that a run uses. */
public final class HostInfo {

  private HostInfo() {}

  /**
   * @param gpu name of the GPU; null without one
   */
  public static Map<String, Object> describe(String gpu) {
    Map<String, Object> host = new LinkedHashMap<>();
    host.put("cpu", field(Path.of("/proc/cpuinfo"), "model name", System.getProperty("os.arch")));
    host.put("cores", Runtime.getRuntime().availableProcessors());
    host.put("gpu", gpu);
    host.put(
        "jvm", System.getProperty("java.vm.name") + " " + System.getProperty("java.vm.version"));
    return host;
  }

  /** The name of this host; {@code unknown} if it has none. */
  public static String name() {
    try {
      return Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
    } catch (IOException e) {
      return System.getenv().getOrDefault("COMPUTERNAME", "unknown");
    }
  }

  /** The peak resident memory of this process in bytes; 0 if it is unknown. */
  public static long peakRssBytes() {
    String kilobytes = field(Path.of("/proc/self/status"), "VmHWM", "0 kB");
    return Long.parseLong(kilobytes.replaceAll("[^0-9]", "")) * 1024;
  }

  private static String field(Path file, String name, String defaultValue) {
    try (var lines = Files.lines(file)) {
      return lines
          .filter(line -> line.startsWith(name))
          .map(line -> line.substring(line.indexOf(':') + 1).trim())
          .findFirst()
          .orElse(defaultValue);
    } catch (IOException e) {
      return defaultValue;
    }
  }
}
