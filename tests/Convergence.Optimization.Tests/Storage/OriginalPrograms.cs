namespace Convergence.Optimization.Tests.Storage;

/// <summary>What the original does with its databases, as programs in Python over the tables that its documentation names.</summary>
internal static class OriginalPrograms
{
    /// <summary>Makes a database: argument 1 is the file. Two configurations over three cases, one of them lucky on one.</summary>
    public const string Write = """
        import json, sqlite3, sys
        db = sqlite3.connect(sys.argv[1])
        db.executescript('''
        CREATE TABLE sessions(session_id TEXT PRIMARY KEY, name TEXT, api_name TEXT, api_endpoint TEXT, created_at TIMESTAMP,
            updated_at TIMESTAMP, config_fingerprint TEXT, metadata JSON);
        CREATE TABLE runs(run_id TEXT PRIMARY KEY, session_id TEXT, timestamp TIMESTAMP, api_name TEXT, api_endpoint TEXT, config JSON,
            test_case_ids JSON, aggregate_score REAL, aggregate_metrics JSON, duration_ms REAL, cost_usd REAL, generation INTEGER,
            metadata JSON, FOREIGN KEY(session_id) REFERENCES sessions(session_id));
        CREATE TABLE test_case_results(result_id TEXT PRIMARY KEY, run_id TEXT, test_case_id TEXT, config JSON, score REAL, metrics JSON,
            latency_ms REAL, cost_usd REAL, response_text TEXT, full_response JSON, success BOOLEAN, error TEXT,
            FOREIGN KEY(run_id) REFERENCES runs(run_id));
        CREATE TABLE test_case_winners(winner_id TEXT PRIMARY KEY, test_case_id TEXT, api_name TEXT, best_config JSON, best_score REAL,
            best_run_id TEXT, previous_winner_id TEXT, updated_at TIMESTAMP, improvement REAL, UNIQUE(test_case_id, api_name));
        CREATE TABLE run_lineage(lineage_id TEXT PRIMARY KEY, parent_run_id TEXT, child_run_id TEXT, relationship_type TEXT, changes JSON,
            improvement REAL);
        CREATE TABLE decision_log(decision_id TEXT PRIMARY KEY, run_id TEXT, timestamp TIMESTAMP, decision_type TEXT, reasoning TEXT,
            data JSON);
        CREATE INDEX idx_runs_session ON runs(session_id);
        CREATE INDEX idx_runs_api ON runs(api_name);
        CREATE INDEX idx_results_run ON test_case_results(run_id);
        CREATE INDEX idx_results_test_case ON test_case_results(test_case_id);
        CREATE INDEX idx_winners_api_test ON test_case_winners(api_name, test_case_id);
        ''')
        session = 'groq_3fab3b2c4e63'
        time = '2025-11-03T09:15:00.123456'
        db.execute('INSERT INTO sessions VALUES (?,?,?,?,?,?,?,?)',
            (session, 'groq', 'groq', 'https://api.groq.com', time, time, '3fab3b2c4e63', '{}'))
        def run(number, generation, config, scores):
            mean = sum(scores) / len(scores) if scores else 0.0
            name = 'run_%012x' % number
            db.execute('INSERT INTO runs VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?)',
                (name, session, time, 'groq', 'https://api.groq.com', json.dumps(config), json.dumps(['t1', 't2', 't3'][:len(scores)]),
                 mean, '{}', 10.0, 0.01, generation, '{}'))
            for case, score in enumerate(scores):
                db.execute('INSERT INTO test_case_results VALUES (?,?,?,?,?,?,?,?,?,?,?,?)',
                    ('%s_%d' % (name, case), name, 't%d' % (case + 1), json.dumps(config), score, '{}', 5.0, 0.001, 'text', None, True,
                     None))
            return name
        lucky = run(1, 0, {'temperature': 1.0, 'model': 'a'}, [1.0, 0.2, 0.3])
        steady = run(2, 4, {'temperature': 0.3, 'model': 'b'}, [0.8, 0.8, 0.8])
        failed = run(3, 4, {'temperature': 2.0, 'model': 'c'}, [])
        for case, (name, score) in enumerate([(lucky, 1.0), (steady, 0.8), (steady, 0.8)]):
            config = {'temperature': 1.0, 'model': 'a'} if name == lucky else {'temperature': 0.3, 'model': 'b'}
            db.execute('INSERT INTO test_case_winners VALUES (?,?,?,?,?,?,?,?,?)',
                ('winner_%012x' % case, 't%d' % (case + 1), 'groq', json.dumps(config), score, name, None, time, score))
        db.commit()
        db.close()
        """;

    /// <summary>Warm-starts from a database: argument 1 is the file. Writes session, columns, next generation, winners as JSON.</summary>
    public const string Read = """
        import json, sqlite3, sys
        from datetime import datetime
        db = sqlite3.connect(sys.argv[1])
        session, endpoint, created, updated, fingerprint, metadata = db.execute(
            'SELECT session_id, api_endpoint, created_at, updated_at, config_fingerprint, metadata FROM sessions').fetchone()
        datetime.fromisoformat(created), datetime.fromisoformat(updated)
        winners = db.execute('''SELECT DISTINCT w.test_case_id, w.best_config, w.best_score, w.updated_at, w.improvement
            FROM test_case_winners w INNER JOIN runs r ON w.best_run_id = r.run_id
            WHERE r.session_id = ? ORDER BY w.best_score DESC LIMIT 10''', (session,)).fetchall()
        def names(kind):
            return [name for name, in db.execute('SELECT name FROM sqlite_master WHERE type = ? ORDER BY name', (kind,))
                if not name.startswith('sqlite')]
        print(json.dumps({
            'session': session,
            'fingerprint': fingerprint,
            'metadata': json.loads(metadata),
            'columns': {table: [row[1] for row in db.execute('PRAGMA table_info(%s)' % table)] for table in names('table')},
            'indices': names('index'),
            'generation': db.execute('SELECT MAX(generation) FROM runs WHERE session_id = ?', (session,)).fetchone()[0] + 1,
            'winners': [[case, json.loads(config), score, datetime.fromisoformat(time).second, improvement]
                for case, config, score, time, improvement in winners],
            'responses': [json.loads(text)['text'] for text, in db.execute('SELECT full_response FROM test_case_results')],
        }))
        """;
}
