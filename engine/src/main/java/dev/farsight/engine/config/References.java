package dev.farsight.engine.config;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.farsight.api.config.ConfigException;
import dev.farsight.api.internal.IoReason;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URL;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Merges the sections {@code farsight} of the {@code reference.conf} files that class loaders find.
 * A file found by several loaders is used once.
 */
public final class References {

  private static final String FILE = "reference.conf";
  private static final String ROOT = "farsight";

  private References() {}

  /** The merged section, unresolved. */
  public static Config of(List<ClassLoader> loaders) {
    Map<String, Config> files = new LinkedHashMap<>();
    for (ClassLoader loader : loaders) {
      try {
        for (URL url : Collections.list(loader.getResources(FILE))) {
          files.computeIfAbsent(url.toString(), place -> parse(url, loader));
        }
      } catch (IOException e) {
        throw new ConfigException(FILE + ": cannot be read: " + IoReason.of(e), e);
      }
    }
    Config merged = ConfigFactory.empty();
    for (Config file : files.values()) {
      merged = merged.withFallback(file);
    }
    // Those of other libraries have sections of their own, whose substitutions may have no values.
    return merged.withOnlyPath(ROOT);
  }

  private static Config parse(URL url, ClassLoader loader) {
    var options =
        LocalIncludes.options().setClassLoader(loader).setOriginDescription(shortName(url));
    try {
      var connection = url.openConnection();
      // A cached jar file would stay open, and would be stale if the jar is replaced.
      connection.setUseCaches(false);
      try (var reader = new InputStreamReader(connection.getInputStream(), UTF_8)) {
        return ConfigFactory.parseReader(reader, options);
      }
    } catch (IOException e) {
      throw new ConfigException(shortName(url) + ": cannot be read: " + IoReason.of(e), e);
    } catch (com.typesafe.config.ConfigException e) {
      throw new ConfigException(OneLine.of(e), e);
    } catch (MissingInclude e) {
      throw e.in(shortName(url));
    }
  }

  /**
   * The name for messages: {@code sieve-1.0.jar!reference.conf} for {@code
   * jar:file:/a/b/sieve-1.0.jar!/reference.conf}.
   */
  private static String shortName(URL url) {
    String path = url.getPath();
    int jarEnd = path.lastIndexOf("!/");
    if (jarEnd < 0) {
      return path;
    }
    return path.substring(path.lastIndexOf('/', jarEnd) + 1, jarEnd) + "!" + FILE;
  }
}
