package dev.farsight.testkit;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.opentest4j.TestAbortedException;

/**
 * Runs a contract as JUnit would: its tests, and its parameterized tests with all that an instance
 * method of the contract gives them.
 */
public final class Complaints {

  private Complaints() {}

  /** Messages of the tests that fail, by test. */
  public static Map<String, List<String>> of(Object contract) {
    var complaints = new TreeMap<String, List<String>>();
    for (Method test : tests(contract)) {
      List<String> messages = run(contract, test);
      if (!messages.isEmpty()) {
        complaints.put(test.getName(), messages);
      }
    }
    return complaints;
  }

  /** Messages of a test, with the argument before each. */
  public static List<String> of(Object contract, String test) {
    return run(
        contract,
        tests(contract).stream()
            .filter(method -> method.getName().equals(test))
            .findFirst()
            .orElseThrow());
  }

  private static List<Method> tests(Object contract) {
    return Arrays.stream(contract.getClass().getMethods())
        .filter(
            method ->
                method.isAnnotationPresent(Test.class)
                    || method.isAnnotationPresent(ParameterizedTest.class))
        .sorted(Comparator.comparing(Method::getName))
        .toList();
  }

  private static List<String> run(Object contract, Method test) {
    var messages = new ArrayList<String>();
    MethodSource source = test.getAnnotation(MethodSource.class);
    Object[][] calls =
        source == null
            ? new Object[][] {{}}
            : arguments(contract, source.value()[0])
                .map(a -> new Object[] {a})
                .toArray(Object[][]::new);
    for (Object[] arguments : calls) {
      try {
        test.setAccessible(true);
        test.invoke(contract, arguments);
      } catch (InvocationTargetException e) {
        if (!(e.getCause() instanceof TestAbortedException)) {
          messages.add(Arrays.toString(arguments) + ": " + e.getCause().getMessage());
        }
      } catch (IllegalAccessException e) {
        throw new AssertionError(e);
      }
    }
    return messages;
  }

  private static Stream<?> arguments(Object contract, String method) {
    try {
      Method source = contract.getClass().getMethod(method);
      source.setAccessible(true);
      return (Stream<?>) source.invoke(contract);
    } catch (ReflectiveOperationException e) {
      throw new LinkageError(e.getMessage(), e);
    }
  }
}
