package dev.farsight.engine.plugin;

import dev.farsight.api.data.DataSource;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;

/**
 * Calls code of a plugin jar with the jar's class loader as the thread's context class loader. Many
 * libraries look there for services and resources; with the application's they would find other
 * versions of themselves, or nothing.
 *
 * <p>Holds for loading and registering, for every call of a factory, and for every call of a data
 * source. It does not hold for what else factories make, whose methods are called for every batch.
 */
final class PluginContext {

  private final ClassLoader loader;

  PluginContext(ClassLoader loader) {
    this.loader = loader;
  }

  <T, X extends Throwable> T call(Code<T, X> code) throws X {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(loader);
    try {
      return code.run();
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  /** The same part, each of whose methods is called in this context. */
  <T> T around(Class<T> type, Object part) {
    return type.cast(
        Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, new Calls(part)));
  }

  /** Code of a plugin. */
  @FunctionalInterface
  interface Code<T, X extends Throwable> {
    T run() throws X;
  }

  private final class Calls implements InvocationHandler {

    private final Object part;

    Calls(Object part) {
      this.part = part;
    }

    @Override
    public Object invoke(Object proxy, Method method, Object[] arguments) throws Throwable {
      if (method.getName().equals("equals") && method.getDeclaringClass() == Object.class) {
        return proxy == arguments[0];
      }
      Object result = call(() -> called(method, arguments));
      return result instanceof DataSource ? around(DataSource.class, result) : result;
    }

    private Object called(Method method, Object[] arguments) throws Throwable {
      try {
        return method.invoke(part, arguments);
      } catch (InvocationTargetException e) {
        throw e.getCause();
      }
    }
  }
}
