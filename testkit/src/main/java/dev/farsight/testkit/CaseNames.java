package dev.farsight.testkit;

import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;
import org.opentest4j.TestAbortedException;

/**
 * Puts the case before the message of a parameterized test that fails. Maven's reports call such a
 * test by its method and a number, which leaves open what it was tried with.
 */
public final class CaseNames implements TestExecutionExceptionHandler {

  private static final String INVOCATION = "[test-template-invocation:";

  @Override
  public void handleTestExecutionException(ExtensionContext context, Throwable thrown)
      throws Throwable {
    boolean failure = thrown instanceof Exception || thrown instanceof AssertionError;
    if (!failure
        || thrown instanceof TestAbortedException
        || !context.getUniqueId().contains(INVOCATION)) {
      throw thrown;
    }
    String what = thrown instanceof AssertionError ? thrown.getMessage() : thrown.toString();
    throw new AssertionError(context.getDisplayName() + ": " + what, thrown);
  }
}
