package dev.farsight.engine.attribution;

import dev.farsight.api.FarsightException;
import dev.farsight.api.internal.IoReason;
import dev.farsight.api.internal.Quoted;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.util.function.Supplier;

/**
 * Calls of a component that a plugin or an application offers. What a call throws becomes a {@link
 * PluginException} that names the component and the call. A {@link FarsightException} stays as it
 * is: its message is for the user. Immutable.
 *
 * <p>Calls for each batch are written out with {@code try} and {@link #failure}, so that they
 * allocate nothing; {@link #get} and {@link #run} are for all others.
 */
public final class PluginCalls {

  private final String component;
  private final ClassLoader loader;

  /** Those of a component of the application. */
  public PluginCalls(String component) {
    this(component, PluginCalls.class.getClassLoader());
  }

  /**
   * @param component what messages call it, such as {@code data source jsonl (plugin jsonl-source,
   *     /x/plugins/jsonl.jar)}
   * @param loader finds the component's classes
   */
  public PluginCalls(String component, ClassLoader loader) {
    this.component = component;
    this.loader = loader;
  }

  /**
   * Those of a factory.
   *
   * @param otherwise what messages call it if no plugin registered it
   */
  public static PluginCalls of(Object factory, String otherwise) {
    return factory instanceof Attributed<?> attributed
        ? attributed.calls
        : new PluginCalls(otherwise);
  }

  /**
   * The object that a plugin registered, for who looks for more than its kind of component offers.
   * What it throws is not attributed.
   */
  public static Object registered(Object factory) {
    return factory instanceof Attributed<?> attributed ? attributed.factory : factory;
  }

  /** Calls a method that must not return null. */
  public <T> T get(String call, Supplier<T> body) {
    try {
      return nonNull(call, body.get());
    } catch (RuntimeException | Error e) {
      throw failure(call, e);
    }
  }

  /** Calls a method that returns nothing. */
  public void run(String call, Runnable body) {
    try {
      body.run();
    } catch (RuntimeException | Error e) {
      throw failure(call, e);
    }
  }

  /** The result of a call, which must not be null. */
  public <T> T nonNull(String call, T result) {
    if (result == null) {
      throw broken(call + " returned null");
    }
    return result;
  }

  /**
   * What to throw for what a call threw.
   *
   * @param call the method, such as {@code RowStore.read}; may say more, such as the batch
   */
  public FarsightException failure(String call, Throwable thrown) {
    return thrown instanceof FarsightException forTheUser
        ? forTheUser
        : failure(call, reason(thrown), thrown);
  }

  /**
   * What to throw for a failure that has a line of its own.
   *
   * @param reason that line
   */
  public PluginException failure(String call, String reason, Throwable thrown) {
    return new PluginException(
        component + " failed in " + call + ": " + Quoted.line(reason), thrown);
  }

  /** What to throw if the component does not do what it must. */
  public PluginException broken(String how) {
    return new PluginException(component + " is broken: " + how);
  }

  private String reason(Throwable thrown) {
    if (thrown instanceof UncheckedIOException unchecked) {
      IOException cause = unchecked.getCause();
      String file = cause instanceof FileSystemException failure ? failure.getFile() + ": " : "";
      return file + IoReason.of(cause);
    }
    return thrown instanceof LinkageError error
        ? LinkageReasons.of(error, loader)
        : thrown.toString();
  }

  @Override
  public String toString() {
    return component;
  }
}
