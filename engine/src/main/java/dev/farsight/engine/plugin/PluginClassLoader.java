package dev.farsight.engine.plugin;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;

/**
 * Loads the classes of one plugin jar. What the jar contains comes first, so a plugin may bring its
 * own version of any library, shaded or not; what it does not contain comes from the application.
 *
 * <p>Shared with the application, whatever the jar contains: the JDK and what the API consists of,
 * that is core-api, Typesafe Config, which {@code Settings} exposes, and SLF4J, so that all log to
 * one place.
 *
 * <p>Resources are found in the same order. A service file of the application is hidden where its
 * providers could not be of the jar's type: that of plugins, and that of a service whose class the
 * jar contains itself.
 */
final class PluginClassLoader extends URLClassLoader {

  static {
    registerAsParallelCapable();
  }

  private static final String API = "dev.farsight.api.";
  private static final List<String> SHARED = List.of(API, "com.typesafe.config.", "org.slf4j.");
  private static final String SERVICES = "META-INF/services/";

  private final ClassLoader application;

  /**
   * @param name for stack traces and messages of the JVM
   */
  PluginClassLoader(String name, URL jar, ClassLoader application) {
    super(name, new URL[] {jar}, application);
    this.application = application;
  }

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    if (shared(name)) {
      return super.loadClass(name, resolve);
    }
    synchronized (getClassLoadingLock(name)) {
      Class<?> found = findLoadedClass(name);
      if (found == null) {
        found = ofPlatformOrJar(name);
      }
      if (found == null) {
        return super.loadClass(name, resolve);
      }
      if (resolve) {
        resolveClass(found);
      }
      return found;
    }
  }

  /** A class of the JDK or, if there is none, of the jar; null if neither has it. */
  private Class<?> ofPlatformOrJar(String name) {
    try {
      return getPlatformClassLoader().loadClass(name);
    } catch (ClassNotFoundException notOfPlatform) {
      try {
        return findClass(name);
      } catch (ClassNotFoundException notInJar) {
        return null;
      }
    }
  }

  private static boolean shared(String className) {
    return SHARED.stream().anyMatch(className::startsWith);
  }

  @Override
  public URL getResource(String name) {
    URL own = findResource(name);
    return own != null || hidesApplications(name) ? own : super.getResource(name);
  }

  @Override
  public Enumeration<URL> getResources(String name) throws IOException {
    List<URL> found = Collections.list(findResources(name));
    if (!hidesApplications(name)) {
      found.addAll(Collections.list(application.getResources(name)));
    }
    return Collections.enumeration(found);
  }

  /** Whether a resource is a service file whose providers in the application must not be seen. */
  private boolean hidesApplications(String resource) {
    if (!resource.startsWith(SERVICES)) {
      return false;
    }
    String service = resource.substring(SERVICES.length());
    return service.startsWith(API)
        || (!shared(service) && findResource(service.replace('.', '/') + ".class") != null);
  }
}
