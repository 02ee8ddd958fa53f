package dev.farsight.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.typesafe.config.ConfigUtil;
import dev.farsight.api.config.ConfigException;
import dev.farsight.api.internal.DurableFiles;
import dev.farsight.engine.config.FarsightConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The configuration beside a file of synthetic rows, {@code FILE.conf}: that which the rows were
 * made with, {@code --set} included, but it reads the file. Paths stay relative if they were given
 * so: the included file to {@code FILE.conf}, the data to the folder where Farsight is started.
 */
final class SynthSettings {

  private final Path file;
  private final String base;
  private final String where;
  private String text;

  /**
   * @param rows the file of the rows
   * @param configuration the file that the rows are made with; null if by the defaults
   * @param overrides what {@code --set} says
   */
  SynthSettings(Path rows, Path configuration, List<String> overrides) {
    file = rows.resolveSibling(rows.getFileName() + ".conf");
    where =
        rows.isAbsolute()
            ? ""
            : "# A relative path is one from the folder where Farsight is started.\n";
    base =
        (configuration == null ? "" : "include " + quoted(included(configuration)) + "\n")
            + overrides(overrides);
  }

  private Path included(Path configuration) {
    return configuration.isAbsolute()
        ? configuration.normalize()
        : file.toAbsolutePath()
            .normalize()
            .getParent()
            .relativize(configuration.toAbsolutePath().normalize());
  }

  /** What made the rows is not needed to read them. */
  private static String overrides(List<String> all) {
    List<String> kept =
        all.stream()
            .filter(set -> !set.matches("\\s*(farsight\\.)?data\\.(synthetic|source)\\b.*"))
            .toList();
    return kept.isEmpty() ? "" : FarsightConfig.defaults().set(kept).text();
  }

  private static String quoted(Path path) {
    return ConfigUtil.quoteString(path.toString());
  }

  /**
   * @param data the section {@code farsight.data} that reads the rows
   */
  void reading(String data) {
    text = base + where + "farsight.data {\n" + data + "}\n";
  }

  /**
   * What was edited must not be lost.
   *
   * @throws ConfigException if a file is there and has another text than this one
   */
  void requireNoOther() {
    try {
      if (Files.exists(file) && !Files.readString(file, UTF_8).equals(text)) {
        throw new ConfigException(
            file
                + ": is there already, and is not what would be written; delete or rename it, or choose another --out");
      }
    } catch (IOException e) {
      throw DurableFiles.unreadable(file, e);
    }
  }

  void write() {
    try {
      Files.writeString(file, text, UTF_8);
    } catch (IOException e) {
      throw DurableFiles.unwritable(file, e);
    }
  }

  Path file() {
    return file;
  }
}
