package dev.farsight.engine.plugin;

import com.google.inject.Binding;
import com.google.inject.Module;
import com.google.inject.multibindings.MapBinderBinding;
import com.google.inject.multibindings.MultibinderBinding;
import com.google.inject.multibindings.MultibindingsTargetVisitor;
import com.google.inject.multibindings.OptionalBinderBinding;
import com.google.inject.spi.DefaultBindingTargetVisitor;
import com.google.inject.spi.Element;
import com.google.inject.spi.Elements;
import com.google.inject.spi.Message;
import dev.farsight.api.config.ConfigException;
import dev.farsight.api.internal.Quoted;
import dev.farsight.api.plugin.FarsightPlugin;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceConfigurationError;

/**
 * A plugin and its bindings. The bindings are read once, so {@code configure} runs once and the
 * plugin's offers are known before the injector is created.
 */
final class LoadedPlugin {

  private final String name;
  private final String location;
  private final List<Element> elements;

  /**
   * @param location where the plugin was found, for messages
   * @throws ConfigException if the plugin was built for another API version, or fails to configure
   */
  LoadedPlugin(FarsightPlugin plugin, String location) {
    this.name = plugin.name();
    this.location = location;
    if (plugin.apiVersion() != FarsightPlugin.API_VERSION) {
      throw new ConfigException(
          this
              + " is built for plugin API version "
              + plugin.apiVersion()
              + ", this is version "
              + FarsightPlugin.API_VERSION
              + "; use a version of the plugin that is built for it");
    }
    this.elements = readElements(plugin);
  }

  private List<Element> readElements(FarsightPlugin plugin) {
    List<Element> elements;
    try {
      elements = Elements.getElements(plugin);
    } catch (LinkageError | StackOverflowError | AssertionError e) {
      throw new ConfigException(this + ": " + reason(e), e);
    }
    for (Element element : elements) {
      if (element instanceof Message message) {
        throw new ConfigException(
            this + ": " + firstLine(message.getMessage()), message.getCause());
      }
    }
    return elements;
  }

  /** The plugin's bindings, for the injector of all plugins. */
  Module module() {
    return Elements.getModule(elements);
  }

  /** The factories that the plugin binds. */
  List<Offer> offers() {
    var offers = new ArrayList<Offer>();
    var visitor = new OffersVisitor(offers);
    for (Element element : elements) {
      if (element instanceof Binding<?> binding) {
        binding.acceptTargetVisitor(visitor);
      }
    }
    return offers;
  }

  /** Describes a class loading error in one line. */
  static String reason(Error e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof NoClassDefFoundError) {
        return "class "
            + String.valueOf(cause.getMessage()).replace('/', '.')
            + " is missing; a plugin's jar must contain the libraries that the plugin needs";
      }
    }
    String message = String.valueOf(e.getMessage()).replace(FarsightPlugin.SERVICE + ": ", "");
    Throwable root = e;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    boolean tellsAll = e instanceof ServiceConfigurationError || e instanceof LinkageError;
    if (e.getMessage() == null || !tellsAll) {
      return Quoted.of(root.toString());
    }
    return firstLine(message) + (root == e ? "" : ": " + Quoted.of(root.toString()));
  }

  static String firstLine(String text) {
    return Quoted.of(String.valueOf(text).strip().lines().findFirst().orElse(""));
  }

  @Override
  public String toString() {
    return "plugin " + name + " (" + location + ")";
  }

  private final class OffersVisitor extends DefaultBindingTargetVisitor<Object, Void>
      implements MultibindingsTargetVisitor<Object, Void> {

    private final List<Offer> offers;

    OffersVisitor(List<Offer> offers) {
      this.offers = offers;
    }

    @Override
    public Void visit(MapBinderBinding<?> map) {
      for (Kind kind : Kind.values()) {
        if (kind.factory().equals(map.getValueTypeLiteral().getRawType())) {
          for (var entry : map.getEntries(elements)) {
            offers.add(new Offer(kind, String.valueOf(entry.getKey()), name, location));
          }
        }
      }
      return null;
    }

    @Override
    public Void visit(MultibinderBinding<?> set) {
      return null;
    }

    @Override
    public Void visit(OptionalBinderBinding<?> optional) {
      return null;
    }
  }
}
