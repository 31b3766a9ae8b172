import type { Reporter, TestModule } from 'vitest/node';

/** Ends a test run with the plain line `N passed, M failed` that continuous integration reads. */
export default class CountsReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    let passed = 0;
    let failed = errors.length;
    for (const module of modules) {
      let broken = !module.ok();
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        if (state === 'passed') passed += 1;
        else if (state === 'failed') {
          failed += 1;
          broken = false;
        }
      }
      if (broken) failed += 1; // the file itself failed to load
    }
    console.log(`${passed} passed, ${failed} failed`);
  }
}
