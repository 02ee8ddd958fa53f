package dev.farsight.api.plugin;

/**
 * The entry point of a plugin, which registers named factories. Everything interchangeable comes
 * from plugins, built-in or third-party. A plugin is a jar with a subclass that has a public
 * constructor without arguments, a line with its name in {@code META-INF/services/}{@value
 * #SERVICE}, and a {@code reference.conf} with the settings of each factory at {@code
 * farsight.KIND.NAME}: {@code farsight.cache.NAME}, {@code farsight.storage.NAME}, {@code
 * farsight.compute.NAME}, {@code farsight.data.NAME}, {@code farsight.model.NAME} or {@code
 * farsight.sharding.NAME}. The factory gets that section as {@code own}.
 *
 * <pre>
 * public final class SievePlugin extends FarsightPlugin {
 *   public SievePlugin() {
 *     super("sieve", FarsightPlugin.API_VERSION);
 *   }
 *
 *   &#64;Override
 *   public void register(Registry registry) {
 *     registry.policy(new SieveFactory());
 *   }
 * }
 * </pre>
 */
public abstract class FarsightPlugin {

  /**
   * Version of this interface. A constant, so that the compiler copies it into the plugin, which
   * then reports the version that it was compiled against.
   */
  public static final int API_VERSION = 2;

  /** The file in {@code META-INF/services/} of a plugin's jar that names the plugin's class. */
  public static final String SERVICE = "dev.farsight.api.plugin.FarsightPlugin";

  private final String name;
  private final int apiVersion;

  protected FarsightPlugin(String name, int apiVersion) {
    this.name = name;
    this.apiVersion = apiVersion;
  }

  /** The plugin's name, for messages and {@code farsight list}. */
  public final String name() {
    return name;
  }

  /** Version of the interface that the plugin was compiled against. */
  public final int apiVersion() {
    return apiVersion;
  }

  /**
   * Registers what the plugin offers. Called once, when plugins are loaded: it should be quick and
   * open nothing.
   */
  public abstract void register(Registry registry);
}
