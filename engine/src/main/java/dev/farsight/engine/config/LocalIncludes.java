package dev.farsight.engine.config;

import com.typesafe.config.ConfigIncludeContext;
import com.typesafe.config.ConfigIncluder;
import com.typesafe.config.ConfigIncluderClasspath;
import com.typesafe.config.ConfigIncluderFile;
import com.typesafe.config.ConfigIncluderURL;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigParseOptions;
import dev.farsight.api.config.ConfigException;
import dev.farsight.api.internal.Quoted;
import java.io.File;
import java.net.MalformedURLException;
import java.net.URL;
import java.util.List;

/**
 * Includes of configuration files: other files and resources of the class path, never addresses.
 * Reading a configuration must not ask the network, nor depend on its answer.
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
      return library.include(context, what);
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
    return ((ConfigIncluderFile) library).includeFile(context, what);
  }

  @Override
  public ConfigObject includeResources(ConfigIncludeContext context, String what) {
    return ((ConfigIncluderClasspath) library).includeResources(context, what);
  }
}
