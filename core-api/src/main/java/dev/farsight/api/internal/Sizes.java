package dev.farsight.api.internal;

import java.util.Locale;

/** Formats sizes in bytes for people. */
public final class Sizes {

  private static final String[] UNITS = {"bytes", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};

  private Sizes() {}

  /** A size as text, such as {@code 512 bytes} or {@code 16.2 GiB}. */
  public static String text(long bytes) {
    double size = bytes;
    int unit = 0;
    while (size >= 1024) {
      size /= 1024;
      unit++;
    }
    return String.format(Locale.ROOT, unit == 0 ? "%.0f %s" : "%.1f %s", size, UNITS[unit]);
  }
}
