package dev.farsight.engine.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import dev.farsight.api.config.ConfigException;
import dev.farsight.api.internal.DurableFiles;
import dev.farsight.api.internal.Places;
import dev.farsight.api.internal.Sizes;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * Reads configuration files of at most 16 MiB and 10,000 sections that are nested at most 100
 * levels deep.
 */
final class ConfigFiles {

  private static final int MAX_BYTES = 1 << 24;
  private static final int MAX_DEPTH = 100;
  private static final int MAX_SECTIONS = 10_000;

  /** A key with a dot, or one whose value is in braces. */
  private static final Pattern SECTION =
      Pattern.compile(
          "(?:^|(?<=[\\n,{]))\\s*+[^\\s=:{},.\\[\\]][^\\n=:{},.\\[\\]]*+"
              + "(?:\\.[^\\n=:{},\\[\\]]*+[=:{]|\\s*+[=:]?\\s*+\\{)");

  private static final String TOO_DEEP = "nested deeper than " + MAX_DEPTH + " levels";

  private ConfigFiles() {}

  /**
   * Parses a file. One that can be read only once, such as {@code <(command)} of a shell, has no
   * folder for the names that it includes.
   */
  static Config parse(Path file) {
    if (Files.isRegularFile(file)) {
      require(file);
      var options =
          LocalIncludes.options().setAllowMissing(false).setOriginDescription(file.toString());
      // The library finds no folder for what a file includes if its name has none.
      Path inFolder = file.getParent() == null ? Path.of(".").resolve(file) : file;
      return guarded(file.toString(), () -> ConfigFactory.parseFile(inFolder.toFile(), options));
    }
    var text = new StringReader(read(file));
    var options = LocalIncludes.options().setOriginDescription(file.toString());
    return guarded(file.toString(), () -> ConfigFactory.parseReader(text, options));
  }

  /** Throws if a file that exists is no configuration that can be read in reasonable time. */
  static void require(Path file) {
    if (Files.isRegularFile(file)) {
      read(file);
    } else if (Files.exists(file) && !Files.isDirectory(file)) {
      throw tooLarge(file);
    }
  }

  private static String read(Path file) {
    try (var in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(MAX_BYTES + 1);
      if (bytes.length > MAX_BYTES) {
        throw tooLarge(file);
      }
      var text = new String(bytes, StandardCharsets.UTF_8);
      requireFewSections(file.toString(), text);
      return text;
    } catch (IOException e) {
      throw new ConfigException(DurableFiles.unreadable(file, e).getMessage(), e);
    }
  }

  /**
   * Throws if a text has many sections and keys such as {@code a.b}: the library merges each one
   * with all before it, so that 100,000 take minutes.
   */
  static void requireFewSections(String name, String text) {
    if (SECTION.matcher(text).results().limit(MAX_SECTIONS + 1L).count() > MAX_SECTIONS) {
      throw new ConfigException(
          String.format(
              Locale.ROOT,
              "%s: has more than %,d sections and keys with dots; write the keys of a section in one pair of braces",
              name,
              MAX_SECTIONS));
    }
  }

  private static ConfigException tooLarge(Path file) {
    return new ConfigException(
        file + ": is not a file of at most " + Sizes.text(MAX_BYTES) + ", as configurations are");
  }

  /**
   * Calls the library; its errors become ours, in one line. Its parser recurses, so a text of a
   * hundred thousand brackets overflows its stack at once.
   *
   * @param name the name of what is parsed, for messages
   */
  static <T> T guarded(String name, Supplier<T> call) {
    try {
      return call.get();
    } catch (com.typesafe.config.ConfigException e) {
      throw new ConfigException(OneLine.of(e), e);
    } catch (MissingInclude e) {
      throw e.in(name);
    } catch (StackOverflowError e) {
      throw new ConfigException(name + ": " + TOO_DEEP, e);
    }
  }

  /** Throws if a value is nested so deeply that what reads it could fail. */
  static void requireShallow(ConfigValue tree) {
    if (!shallow(tree, MAX_DEPTH)) {
      throw new ConfigException(Places.of(tree.origin()) + "the configuration is " + TOO_DEEP);
    }
  }

  private static boolean shallow(ConfigValue value, int levels) {
    Collection<ConfigValue> below =
        value instanceof ConfigObject object
            ? object.values()
            : value instanceof ConfigList list ? list : List.of();
    return levels > 0 && below.stream().allMatch(v -> shallow(v, levels - 1));
  }
}
