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
import dev.farsight.api.plugin.FarsightPlugin;
import java.util.ArrayList;
import java.util.List;

/**
 * A plugin and what it binds, read once, so that its {@code configure} runs once and its offers are
 * known before an injector is built.
 */
final class FoundPlugin {

  private final String name;
  private final String from;
  private final List<Element> elements;

  /**
   * @throws ConfigException if the plugin does not fit this version or fails to configure
   */
  FoundPlugin(FarsightPlugin plugin, String from) {
    this.name = plugin.name();
    this.from = from;
    if (plugin.apiVersion() != FarsightPlugin.API_VERSION) {
      throw new ConfigException(
          this
              + " is built for plugin API version "
              + plugin.apiVersion()
              + ", this is version "
              + FarsightPlugin.API_VERSION
              + "; get the plugin in a version for it");
    }
    this.elements = elements(plugin);
  }

  private List<Element> elements(FarsightPlugin plugin) {
    List<Element> found;
    try {
      found = Elements.getElements(plugin);
    } catch (LinkageError e) {
      throw new ConfigException(this + ": " + reason(e), e);
    }
    for (Element element : found) {
      if (element instanceof Message message) {
        throw new ConfigException(
            this + ": " + firstLine(message.getMessage()), message.getCause());
      }
    }
    return found;
  }

  /** The plugin's bindings, for the one injector. */
  Module module() {
    return Elements.getModule(elements);
  }

  /** What it offers, in whichever way it binds. */
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

  /** A loading error in words. */
  static String reason(Error e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof NoClassDefFoundError) {
        return "class "
            + String.valueOf(cause.getMessage()).replace('/', '.')
            + " is missing; a plugin's jar must bring what it needs";
      }
    }
    String message = String.valueOf(e.getMessage()).replace(FarsightPlugin.SERVICE + ": ", "");
    return firstLine(message) + (e.getCause() == null ? "" : ": " + e.getCause());
  }

  static String firstLine(String text) {
    return String.valueOf(text).strip().lines().findFirst().orElse("");
  }

  @Override
  public String toString() {
    return "plugin " + name + " (" + from + ")";
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
            offers.add(new Offer(kind, String.valueOf(entry.getKey()), name, from));
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
