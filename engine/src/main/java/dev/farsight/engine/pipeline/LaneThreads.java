package dev.farsight.engine.pipeline;

import com.typesafe.config.Config;
import java.util.LinkedHashMap;
import java.util.Map;

/** How many threads each team of a lane has. */
public record LaneThreads(int dedupe, int plan, int order, int fetch, int writeBack) {

  private static final String DEDUPE = "dedupe";
  private static final String PLAN = "plan";
  private static final String ORDER = "order";
  private static final String FETCH = "fetch";
  private static final String WRITE_BACK = "write_back";

  /** Reads {@link #byName()}. */
  public static LaneThreads of(Config threads) {
    return new LaneThreads(
        threads.getInt(DEDUPE),
        threads.getInt(PLAN),
        threads.getInt(ORDER),
        threads.getInt(FETCH),
        threads.getInt(WRITE_BACK));
  }

  /** By stage, as reports name them. */
  public Map<String, Integer> byName() {
    Map<String, Integer> byName = new LinkedHashMap<>();
    byName.put(DEDUPE, dedupe);
    byName.put(PLAN, plan);
    byName.put(ORDER, order);
    byName.put(FETCH, fetch);
    byName.put(WRITE_BACK, writeBack);
    return byName;
  }
}
