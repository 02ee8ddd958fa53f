package dev.farsight.storage.offheap;

import dev.farsight.api.config.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;

/** Whether rows lie on transparent huge pages of 2 MiB, which spare most misses of the TLB. */
enum HugePages {
  AUTO,
  ON,
  OFF;

  private static final String ENABLED = "sys/kernel/mm/transparent_hugepage/enabled";
  private static final Pattern MODE = Pattern.compile("\\[(\\w+)]");

  /**
   * Decides for a host.
   *
   * @param own names the key in the complaint
   * @param root the root of the host's file system
   * @throws dev.farsight.api.config.ConfigException if they are wanted and the host has none
   */
  boolean decide(Settings own, Path root) {
    String mode = mode(root);
    boolean offered = mode.equals("always") || mode.equals("madvise");
    if (this == ON && !offered) {
      throw own.bad(
          OffHeapSettings.HUGE_PAGES,
          "but this host has transparent huge pages on '"
              + mode
              + "'; write madvise to /"
              + ENABLED
              + ", or use auto");
    }
    return this != OFF && offered;
  }

  /** What the host is set to: always, madvise or never; absent where it knows none. */
  static String mode(Path root) {
    try {
      var matcher = MODE.matcher(Files.readString(root.resolve(ENABLED)));
      return matcher.find() ? matcher.group(1) : "absent";
    } catch (IOException e) {
      return "absent";
    }
  }
}
