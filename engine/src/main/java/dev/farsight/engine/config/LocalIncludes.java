package dev.farsight.engine.config;

import com.typesafe.config.ConfigIncludeContext;
import com.typesafe.config.ConfigIncluder;
import com.typesafe.config.ConfigIncluderClasspath;
import com.typesafe.config.ConfigIncluderFile;
import com.typesafe.config.ConfigIncluderURL;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigParseable;
import dev.farsight.api.config.ConfigException;
import dev.farsight.api.internal.Quoted;
import java.io.File;
import java.net.MalformedURLException;
import java.net.URL;
import java.util.List;
import java.util.function.Function;

/**
 * Includes of configuration files: other files and resources of the class path, never addresses.
 * Reading a configuration must not ask the network, nor depend on its answer. What is included must
 * be there, where HOCON would ignore a name that is misspelt.
 */
final class LocalIncludes
    implements ConfigIncluder, ConfigIncluderFile, ConfigIncluderClasspath, ConfigIncluderURL {

  /** What HOCON appends to a name without a suffix. */
  private static final List<String> SUFFIXES = List.of("", ".conf", ".json", ".properties");

  /** Null until the library gives its own. */
  private final ConfigIncluder library;

  private LocalIncludes(ConfigIncluder library) {
    this.library = library;
  }

  /** Options with which every configuration is parsed. */
  static ConfigParseOptions options() {
    return ConfigParseOptions.defaults().setIncluder(new LocalIncludes(null));
  }

  @Override
  public ConfigIncluder withFallback(ConfigIncluder fallback) {
    return new LocalIncludes(library == null ? fallback : library.withFallback(fallback));
  }

  /** An include without a kind is an address if it can be one. */
  @Override
  public ConfigObject include(ConfigIncludeContext context, String what) {
    try {
      throw refused(new URL(what).toString());
    } catch (MalformedURLException e) {
      for (String suffix : SUFFIXES) {
        var file = context.relativeTo(what + suffix);
        if (file != null && file.origin().filename() != null) {
          ConfigFiles.require(new File(file.origin().filename()).toPath());
        }
      }
      return required(context, what, there -> library.include(there, what));
    }
  }

  @Override
  public ConfigObject includeURL(ConfigIncludeContext context, URL what) {
    throw refused(what.toString());
  }

  private static ConfigException refused(String address) {
    return new ConfigException(
        "include \""
            + Quoted.of(address)
            + "\": addresses are not included; save it as a file and write include file(\"PATH\")");
  }

  @Override
  public ConfigObject includeFile(ConfigIncludeContext context, File what) {
    ConfigFiles.require(what.toPath());
    var files = (ConfigIncluderFile) library;
    return required(context, what.getPath(), there -> files.includeFile(there, what));
  }

  @Override
  public ConfigObject includeResources(ConfigIncludeContext context, String what) {
    var resources = (ConfigIncluderClasspath) library;
    return required(context, what, there -> resources.includeResources(there, what));
  }

  private static ConfigObject required(
      ConfigIncludeContext context,
      String what,
      Function<ConfigIncludeContext, ConfigObject> call) {
    try {
      return call.apply(new Required(context));
    } catch (com.typesafe.config.ConfigException.IO e) {
      throw new MissingInclude(what, e);
    } catch (MissingInclude e) {
      // It stands in the file that is being included here.
      throw e.in(fileOf(context, what));
    }
  }

  private static String fileOf(ConfigIncludeContext context, String what) {
    return SUFFIXES.stream()
        .map(suffix -> context.relativeTo(what + suffix))
        .filter(file -> file != null && file.origin().filename() != null)
        .map(file -> file.origin().filename())
        .filter(name -> new File(name).isFile())
        .findFirst()
        .orElse(what);
  }

  /** A context in which nothing is optional. */
  private record Required(ConfigIncludeContext context) implements ConfigIncludeContext {

    @Override
    public ConfigParseable relativeTo(String filename) {
      return context.relativeTo(filename);
    }

    @Override
    public ConfigParseOptions parseOptions() {
      return context.parseOptions().setAllowMissing(false);
    }

    @Override
    public ConfigIncludeContext setParseOptions(ConfigParseOptions options) {
      return new Required(context.setParseOptions(options));
    }
  }
}
