package dev.farsight.engine.pipeline;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Measures the CPU time that a phase takes, by the stage that threads work for, which their names
 * tell. Looks at all threads of the process when the phase begins and ends, some microseconds for
 * each, and at a stage's thread when it ends: nothing for a batch. Spinning counts. Threads of
 * other runs in the same process count too; a team that ends within the phase counts as other.
 */
final class CpuMeter {

  private static final List<List<String>> ROLES =
      List.of(
          List.of("reader", "read", "data", "shuffle", "multi-hot"),
          List.of("search", "dedupe", "ask", "merge", "indices"),
          List.of("planner", "plan"),
          List.of("order"),
          List.of("fetch", "tier"),
          List.of("lane", "compute"),
          List.of("write-back"));

  /** farsight-ROLE, of several lanes with the rank, of a team with the member's number. */
  private static final Pattern NAME = Pattern.compile("farsight-(.+?)(-cpu\\d+)?(@\\d+)?(-\\d+)?");

  private static final double SECOND = 1e9;

  private final com.sun.management.ThreadMXBean threads;
  private final com.sun.management.OperatingSystemMXBean process;
  private final long[] nanos = new long[ROLES.size()];
  private Map<Long, Long> before = Map.of();
  private long processBefore;
  private CpuTimes last = CpuTimes.ZERO;

  CpuMeter() {
    threads =
        ManagementFactory.getThreadMXBean() instanceof com.sun.management.ThreadMXBean bean
                && bean.isThreadCpuTimeSupported()
                && bean.isThreadCpuTimeEnabled()
            ? bean
            : null;
    process =
        ManagementFactory.getOperatingSystemMXBean()
                instanceof com.sun.management.OperatingSystemMXBean bean
            ? bean
            : null;
  }

  private boolean measures() {
    return threads != null && process != null;
  }

  /** The place of the stage that a thread works for in {@link StageTimes#values}; -1: none. */
  static int stageOf(String threadName) {
    Matcher name = NAME.matcher(threadName);
    if (!name.matches()) {
      return -1;
    }
    for (int stage = 0; stage < ROLES.size(); stage++) {
      if (ROLES.get(stage).contains(name.group(1))) {
        return stage;
      }
    }
    return -1;
  }

  /** A phase begins, before its threads start. */
  synchronized void begin() {
    if (measures()) {
      Arrays.fill(nanos, 0);
      before = ofThreads();
      processBefore = process.getProcessCpuTime();
    }
  }

  /** The calling thread, which began in this phase, does nothing more. */
  synchronized void threadEnds() {
    int stage = stageOf(Thread.currentThread().getName());
    if (measures() && stage >= 0) {
      nanos[stage] += threads.getCurrentThreadCpuTime();
    }
  }

  /** The phase has ended, and with it its threads. */
  synchronized void end() {
    if (!measures()) {
      return;
    }
    long all = process.getProcessCpuTime() - processBefore;
    long[] ids = threads.getAllThreadIds();
    ThreadInfo[] infos = threads.getThreadInfo(ids);
    long[] now = threads.getThreadCpuTime(ids);
    for (int i = 0; i < ids.length; i++) {
      int stage = infos[i] == null ? -1 : stageOf(infos[i].getThreadName());
      if (stage >= 0 && now[i] >= 0) {
        nanos[stage] += now[i] - before.getOrDefault(ids[i], 0L);
      }
    }
    before = Map.of();
    long ofStages = Arrays.stream(nanos).sum();
    var stages = StageTimes.of(Arrays.stream(nanos).mapToObj(time -> time / SECOND).toList());
    last = new CpuTimes(stages, Math.max(0, all - ofStages) / SECOND);
  }

  private Map<Long, Long> ofThreads() {
    long[] ids = threads.getAllThreadIds();
    long[] now = threads.getThreadCpuTime(ids);
    Map<Long, Long> byId = new HashMap<>();
    for (int i = 0; i < ids.length; i++) {
      byId.put(ids[i], Math.max(0, now[i]));
    }
    return byId;
  }

  /** Of the last phase that has ended; zero before, and where the JVM cannot tell. */
  synchronized CpuTimes times() {
    return last;
  }
}
