package dev.farsight.engine.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException.NotResolved;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigSyntax;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import dev.farsight.api.config.ConfigException;
import dev.farsight.api.config.Settings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The user's part of the configuration: overrides over a file, both optional. {@link #resolve} puts
 * it over the {@code reference.conf} files, substitutes, and checks that every key is a known one.
 *
 * <pre>
 * Config farsight = FarsightConfig.ofFile(Path.of("my.conf"))
 *     .set("cache.size=5%")
 *     .resolve(List.of(loader));
 * </pre>
 *
 * <p>A file may be HOCON, JSON or properties, and may include others. {@code ${NAME}} stands for a
 * key of the tree, a system property or an environment variable, in this order. Immutable.
 */
public final class FarsightConfig {

  private static final String ROOT = "farsight";

  private final Config user;

  private FarsightConfig(Config user) {
    this.user = user;
  }

  /** No file and no override: the defaults alone. */
  public static FarsightConfig defaults() {
    return new FarsightConfig(ConfigFactory.empty());
  }

  /**
   * @throws ConfigException if the file cannot be read or parsed
   */
  public static FarsightConfig ofFile(Path file) {
    if (!Files.isReadable(file) || Files.isDirectory(file)) {
      String reason =
          Files.isDirectory(file)
              ? "is a folder, not a configuration file"
              : Files.exists(file) ? "may not be read" : "no such file";
      throw new ConfigException(file + ": " + reason);
    }
    try {
      var options = ConfigParseOptions.defaults().setAllowMissing(false);
      return new FarsightConfig(ConfigFactory.parseFile(file.toFile(), options));
    } catch (com.typesafe.config.ConfigException e) {
      throw new ConfigException(OneLine.of(e), e);
    }
  }

  /** A HOCON text with the root {@code farsight}; {@code name} stands for the file in messages. */
  public static FarsightConfig ofText(String name, String hocon) {
    try {
      var options =
          ConfigParseOptions.defaults().setSyntax(ConfigSyntax.CONF).setOriginDescription(name);
      return new FarsightConfig(ConfigFactory.parseString(hocon, options));
    } catch (com.typesafe.config.ConfigException e) {
      throw new ConfigException(OneLine.of(e), e);
    }
  }

  /** With one more override, {@code cache.size=5%}: the key without {@code farsight.}. */
  public FarsightConfig set(String keyAndValue) {
    return new FarsightConfig(Overrides.parse(keyAndValue).withFallback(user));
  }

  /** With more overrides; later ones win. */
  public FarsightConfig set(List<String> keysAndValues) {
    FarsightConfig config = this;
    for (String keyAndValue : keysAndValues) {
      config = config.set(keyAndValue);
    }
    return config;
  }

  /**
   * With a value over the ones so far, a section merged with what is there; it remembers where it
   * was written, for messages. The key is without {@code farsight.}.
   */
  public FarsightConfig with(String key, ConfigValue value) {
    return new FarsightConfig(value.atPath(ROOT + "." + key).withFallback(user));
  }

  /** Whether the user sets the key (given without {@code farsight.}) to something, null too. */
  public boolean sets(String key) {
    try {
      return user.hasPathOrNull(ROOT + "." + key);
    } catch (NotResolved e) {
      return true;
    }
  }

  /**
   * One value, read before everything is known and therefore before keys are checked: such as the
   * folder of plugins, whose jars bring keys of their own.
   */
  public String early(String key, ClassLoader loader) {
    return Settings.of(ROOT, merged(References.of(List.of(loader))).toConfig()).string(key);
  }

  /**
   * The resolved and checked section {@code farsight}.
   *
   * @param loaders where the {@code reference.conf} files are: the application's class loader and
   *     those of plugins
   * @throws ConfigException if a key is unknown, a section stands where a value belongs or the
   *     reverse, or a substitution leads nowhere
   */
  public Config resolve(List<ClassLoader> loaders) {
    Config references = References.of(loaders);
    var schema = new KeySchema(ROOT, defaults().merged(references));
    checkRoots(schema);
    return schema.check(merged(references)).toConfig();
  }

  /** The section {@code farsight} of all layers, with substitutions done. */
  private ConfigObject merged(Config references) {
    var properties = ConfigFactory.parseProperties(System.getProperties()).withoutPath(ROOT);
    ConfigValue tree;
    try {
      tree = user.withFallback(references).withFallback(properties).resolve().root().get(ROOT);
    } catch (com.typesafe.config.ConfigException e) {
      throw new ConfigException(OneLine.of(e), e);
    }
    if (tree instanceof ConfigObject object) {
      return object;
    }
    throw new ConfigException(
        KeySchema.place(tree.origin()) + ROOT + " is a section: write farsight { ... }");
  }

  /** Other roots are free for substitutions, but a forgotten or misspelt root is told. */
  private void checkRoots(KeySchema schema) {
    user.root()
        .forEach(
            (name, value) -> {
              String meant = schema.hasSection(name) ? ROOT + "." + name : ROOT;
              boolean near = Nearest.distance(name, ROOT) <= 2 && !name.equals(ROOT);
              if (schema.hasSection(name) || near) {
                throw new ConfigException(
                    KeySchema.place(value.origin())
                        + "unknown key "
                        + ConfigUtil.joinPath(name)
                        + "; did you mean "
                        + meant
                        + "?");
              }
            });
  }
}
