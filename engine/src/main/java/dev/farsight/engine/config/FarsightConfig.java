package dev.farsight.engine.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException.NotResolved;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigOriginFactory;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigResolveOptions;
import com.typesafe.config.ConfigSyntax;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import dev.farsight.api.config.ConfigException;
import dev.farsight.api.config.Settings;
import dev.farsight.api.internal.Nearest;
import dev.farsight.api.internal.Places;
import dev.farsight.api.internal.Quoted;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The user's part of the configuration: a file, and overrides that take precedence over it; both
 * are optional. {@link #resolve} adds the defaults of the {@code reference.conf} files, resolves
 * substitutions and checks that all keys are known.
 *
 * <pre>
 * Config farsight = FarsightConfig.ofFile(Path.of("my.conf"))
 *     .set("cache.size=5%")
 *     .resolve(List.of(loader));
 * </pre>
 *
 * <p>A file may be HOCON, JSON or properties, and may include others, which must be there, but no
 * addresses. {@code ${NAME}} is replaced by a key of the tree, a system property or an environment
 * variable, in this order. Immutable.
 */
public final class FarsightConfig {

  private static final String ROOT = "farsight";

  private final Config user;

  private FarsightConfig(Config user) {
    this.user = user;
  }

  /** A configuration without a file and overrides: only the defaults. */
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
              : Files.exists(file) ? "is not readable" : "no such file";
      throw new ConfigException(file + ": " + reason);
    }
    return new FarsightConfig(ConfigFiles.parse(file));
  }

  /**
   * A section {@code farsight} that was resolved before, such as that of a checkpoint.
   *
   * @param name shown in messages in place of a file name
   */
  public static FarsightConfig ofSection(String name, Config farsight) {
    return new FarsightConfig(
        farsight.root().withOrigin(ConfigOriginFactory.newSimple(name)).atKey(ROOT));
  }

  /**
   * Parses a HOCON text with the root {@code farsight}. Messages show {@code name} in place of a
   * file name.
   */
  public static FarsightConfig ofText(String name, String hocon) {
    ConfigFiles.requireFewSections(name, hocon);
    var options = LocalIncludes.options().setSyntax(ConfigSyntax.CONF).setOriginDescription(name);
    return new FarsightConfig(
        ConfigFiles.guarded(name, () -> ConfigFactory.parseString(hocon, options)));
  }

  /**
   * A section of the file beside {@code farsight}, such as {@code ablation}, with substitutions
   * resolved. Null if the file has no such section; anything else than a section is returned as it
   * is.
   *
   * @throws ConfigException if a substitution in it has no value
   */
  public ConfigValue beside(String root) {
    var lenient = ConfigResolveOptions.defaults().setAllowUnresolved(true);
    return ConfigFiles.guarded(
        "the configuration",
        () -> {
          ConfigValue value = user.resolve(lenient).root().get(root);
          return value instanceof ConfigObject section
              ? section.toConfig().resolve().root()
              : value;
        });
  }

  /** Adds an override such as {@code cache.size=5%}; its key has no prefix {@code farsight.}. */
  public FarsightConfig set(String keyAndValue) {
    return new FarsightConfig(Overrides.parse(keyAndValue).withFallback(user));
  }

  /** Adds overrides; a later one takes precedence over an earlier one. */
  public FarsightConfig set(List<String> keysAndValues) {
    FarsightConfig config = this;
    for (String keyAndValue : keysAndValues) {
      config = config.set(keyAndValue);
    }
    return config;
  }

  /**
   * Adds a value that takes precedence over earlier ones; a section is merged with the existing
   * one. The value keeps its origin, which messages show. The key has no prefix {@code farsight.}.
   */
  public FarsightConfig with(String key, ConfigValue value) {
    return new FarsightConfig(value.atPath(ROOT + "." + key).withFallback(user));
  }

  /** Takes away a key or a section, so that its defaults are in force. */
  public FarsightConfig without(String key) {
    return new FarsightConfig(user.withoutPath(ROOT + "." + key));
  }

  /** The user's part as HOCON, with the substitutions that are in it. */
  public String text() {
    return user.root()
        .render(ConfigRenderOptions.defaults().setOriginComments(false).setJson(false));
  }

  /** Whether the user sets the key, possibly to null. The key has no prefix {@code farsight.}. */
  public boolean sets(String key) {
    try {
      return user.hasPathOrNull(ROOT + "." + key);
    } catch (NotResolved e) {
      return true;
    }
  }

  /** File and line where the user sets a key, for the start of a message; empty if unknown. */
  public String place(String key) {
    try {
      return Places.of(user.getValue(ROOT + "." + key).origin());
    } catch (com.typesafe.config.ConfigException e) {
      return "";
    }
  }

  /**
   * The section {@code farsight} before keys are checked. Needed for the folder of plugins: the
   * known keys include those of the plugins, so keys can be checked only after the plugins are
   * loaded.
   */
  public Settings early(ClassLoader loader) {
    return Settings.of(ROOT, merged(References.of(List.of(loader))).toConfig());
  }

  /**
   * The resolved and checked section {@code farsight}.
   *
   * @param loaders class loaders that find the {@code reference.conf} files: those of the
   *     application and of the plugins
   * @throws ConfigException if a key is unknown, if a key has a section in place of a value or the
   *     reverse, or if a substitution has no value
   */
  public Config resolve(List<ClassLoader> loaders) {
    Config references = References.of(loaders);
    var schema = new KeySchema(ROOT, defaults().merged(references));
    checkRoots(schema);
    return schema.check(merged(references)).toConfig();
  }

  /** The section {@code farsight} of all layers, with substitutions resolved. */
  private ConfigObject merged(Config references) {
    var properties = ConfigFactory.parseProperties(System.getProperties()).withoutPath(ROOT);
    ConfigValue tree =
        ConfigFiles.guarded(
            "the configuration",
            () ->
                user.withFallback(references).withFallback(properties).resolve().root().get(ROOT));
    ConfigFiles.requireShallow(tree);
    if (tree instanceof ConfigObject object) {
      return Substitutions.named(written(), object);
    }
    throw new ConfigException(
        Places.of(tree.origin()) + ROOT + " must be a section: write farsight { ... }");
  }

  /** The user's section {@code farsight} as it is written; null if there is none. */
  private ConfigValue written() {
    try {
      return user.root().get(ROOT);
    } catch (NotResolved e) {
      return null;
    }
  }

  /** Reports a missing or misspelt root. Other roots are allowed: substitutions may use them. */
  private void checkRoots(KeySchema schema) {
    user.root()
        .forEach(
            (name, value) -> {
              String meant = schema.hasSection(name) ? ROOT + "." + name : ROOT;
              boolean near = Nearest.distance(name, ROOT) <= 2 && !name.equals(ROOT);
              if (schema.hasSection(name) || near) {
                throw new ConfigException(
                    Places.of(value.origin())
                        + "unknown key "
                        + Quoted.of(ConfigUtil.joinPath(name))
                        + "; did you mean "
                        + meant
                        + "?");
              }
            });
  }
}
