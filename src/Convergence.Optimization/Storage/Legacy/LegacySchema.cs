namespace Convergence.Optimization.Storage.Legacy;

/// <summary>The tables of the original, as it makes them: see <c>docs/formats/storage.md</c>.</summary>
internal static class LegacySchema
{
    public const string Tables = """
        CREATE TABLE IF NOT EXISTS sessions (
            session_id TEXT PRIMARY KEY, name TEXT, api_name TEXT, api_endpoint TEXT, created_at TIMESTAMP, updated_at TIMESTAMP,
            config_fingerprint TEXT, metadata JSON);
        CREATE TABLE IF NOT EXISTS runs (
            run_id TEXT PRIMARY KEY, session_id TEXT REFERENCES sessions(session_id), timestamp TIMESTAMP, api_name TEXT, api_endpoint TEXT,
            config JSON, test_case_ids JSON, aggregate_score REAL, aggregate_metrics JSON, duration_ms REAL, cost_usd REAL,
            generation INTEGER, metadata JSON);
        CREATE TABLE IF NOT EXISTS test_case_results (
            result_id TEXT PRIMARY KEY, run_id TEXT REFERENCES runs(run_id), test_case_id TEXT, config JSON, score REAL, metrics JSON,
            latency_ms REAL, cost_usd REAL, response_text TEXT, full_response JSON, success BOOLEAN, error TEXT);
        CREATE TABLE IF NOT EXISTS test_case_winners (
            winner_id TEXT PRIMARY KEY, test_case_id TEXT, api_name TEXT, best_config JSON, best_score REAL,
            best_run_id TEXT REFERENCES runs(run_id), previous_winner_id TEXT, updated_at TIMESTAMP, improvement REAL,
            UNIQUE(test_case_id, api_name));
        CREATE TABLE IF NOT EXISTS run_lineage (
            lineage_id TEXT PRIMARY KEY, parent_run_id TEXT REFERENCES runs(run_id), child_run_id TEXT REFERENCES runs(run_id),
            relationship_type TEXT, changes JSON, improvement REAL);
        CREATE TABLE IF NOT EXISTS decision_log (
            decision_id TEXT PRIMARY KEY, run_id TEXT REFERENCES runs(run_id), timestamp TIMESTAMP, decision_type TEXT, reasoning TEXT,
            data JSON);
        CREATE INDEX IF NOT EXISTS idx_runs_session ON runs(session_id);
        CREATE INDEX IF NOT EXISTS idx_runs_api ON runs(api_name);
        CREATE INDEX IF NOT EXISTS idx_results_run ON test_case_results(run_id);
        CREATE INDEX IF NOT EXISTS idx_results_test_case ON test_case_results(test_case_id);
        CREATE INDEX IF NOT EXISTS idx_winners_api_test ON test_case_winners(api_name, test_case_id);
        """;
}
