using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Convergence.Foundation.Configuration;
using Convergence.Optimization.Configuration;
using Convergence.Testing;
using static Convergence.Optimization.Tests.Configuration.SampleConfig;

namespace Convergence.Optimization.Tests.Configuration;

public sealed class OptimizationConfigReaderTests
{
    /// <summary>The example of the SDK's guide, as a dictionary.</summary>
    private const string SdkExample = """
        {
          "api": {"name": "my_api", "endpoint": "https://api.example.com/v1/chat",
            "request": {"method": "POST", "headers": {"Content-Type": "application/json"}, "timeout_seconds": 30},
            "auth": {"type": "bearer", "token_env": "API_KEY"}},
          "search_space": {"parameters": {
            "temperature": {"type": "float", "min": 0.1, "max": 1.5}, "max_tokens": {"type": "int", "min": 100, "max": 2000},
            "content_types": {"type": "categorical", "choices": [["crystal"], ["crystal", "note"]]}}},
          "evaluation": {
            "test_cases": {"inline": [{"id": "test_1", "input": {"prompt": "Write a short story"}, "expected": {"min_length": 100}}]},
            "metrics": {"quality": {"weight": 0.7, "type": "llm_judge"}, "cost": {"weight": 0.3, "type": "cost_normalized"}}},
          "optimization": {"evolution": {"generations": 5, "population_size": 10}}
        }
        """;

    [Test]
    public void Parse_Minimal_HasDefaults()
    {
        var config = Read();
        Assert.Multiple(() =>
        {
            Assert.That(config.Findings.Where(finding => finding.IsWarning), Is.Empty);
            Assert.That(config.Api.Auth.Type, Is.EqualTo(AuthKind.None));
            Assert.That(config.Optimization, Is.EqualTo(new SearchConfig()));
            Assert.That(config.Evaluation.TestCases.Single().Id, Is.EqualTo("a"));
            Assert.That(config.Evaluation.HoldOut, Is.Zero);
            Assert.That(config.Output.SavePath, Is.EqualTo(Path.Combine(config.Directory, "results", "optimization_run")));
        });
    }

    [Test]
    public void FromDictionary_ExampleOfTheSdk_IsRead()
    {
        var config = OptimizationConfigReader.FromDictionary((JsonObject)JsonNode.Parse(SdkExample)!);
        Assert.Multiple(() =>
        {
            Assert.That(config.SearchSpace.Parameters.Select(parameter => parameter.Kind), Is.EqualTo(new[]
            {
                ParameterKind.Continuous, ParameterKind.Discrete, ParameterKind.Categorical,
            }));
            Assert.That(config.SearchSpace.Parameters[2].Values[1]!.ToJsonString(), Is.EqualTo("[\"crystal\",\"note\"]"));
            Assert.That(
                config.Evaluation.Metrics.Select(metric => metric.Kind), Is.EqualTo(new[] { MetricKind.LlmJudge, MetricKind.Cost }));
            Assert.That(config.Optimization.Evolution.Generations, Is.EqualTo(5));
            Assert.That(config.Api.Auth.TokenEnvironment, Is.EqualTo("API_KEY"));
        });
    }

    [Test]
    public void Parse_ShorthandOfTheReadme_IsRead()
    {
        var config = Parse("""
            api:
              name: openai_chat
              endpoint: https://api.openai.com/v1/chat/completions
              auth: {type: bearer, token_env: OPENAI_API_KEY}
            search_space: {parameters: {model: [gpt-4o-mini, gpt-4o], temperature: [0.3, 0.9], max_tokens: [500, 1000]}}
            evaluation:
              test_cases: {inline: [{id: a, input: {}, expected: {}}]}
              metrics: {quality: {weight: 0.6, type: llm_judge}, latency_ms: {weight: 0.3}, cost_usd: {weight: 0.1}}
            """);
        Assert.Multiple(() =>
        {
            Assert.That(config.Evaluation.Metrics.Select(metric => metric.Kind),
                Is.EqualTo(new[] { MetricKind.LlmJudge, MetricKind.Latency, MetricKind.Cost }));
            Assert.That(config.Evaluation.Metrics.Select(metric => metric.Weight), Is.EqualTo(new[] { .6, .3, .1 }));
            Assert.That(ParameterSpace.Of(config.SearchSpace).Size, Is.EqualTo(8));
        });
    }

    [Test]
    public void FromDictionary_TypesOfTheNewerSdk_AreRead()
    {
        var config = OptimizationConfigReader.FromDictionary(
            (JsonObject)JsonNode.Parse("""
                {"api": {"name": "f", "kind": "callable", "request_timeout": 5, "auth_type": "api_key", "auth_token_env": "K",
                   "auth_header_name": "x-k"},
                 "search_space": {"parameters": {"t": {"type": "float", "min": 0.1, "max": 0.5}}},
                 "runner": {"generations": 7, "population": 4, "seed": 9, "early_stopping": false},
                 "evaluation": {"required_metrics": ["quality", "cost_usd"], "weights": {"quality": 3}, "thresholds": {"quality": 0.5}}}
                """)!,
            options: new ReaderOptions { TestCases = JsonNode.Parse("""[{"input": "hi"}]""") });
        Assert.Multiple(() =>
        {
            Assert.That(config.Api.Adapter, Is.EqualTo(AdapterKind.Local));
            Assert.That(config.Api.Request.TimeoutSeconds, Is.EqualTo(5));
            Assert.That(config.Api.Auth with { TokenFallbacks = [] },
                Is.EqualTo(new AuthConfig { Type = AuthKind.ApiKey, TokenEnvironment = "K", HeaderName = "x-k", TokenFallbacks = [] }));
            Assert.That(config.Optimization.Evolution,
                Is.EqualTo(new EvolutionConfig { Generations = 7, PopulationSize = 4 }));
            Assert.That(config.Optimization.Seed, Is.EqualTo(9));
            Assert.That(config.Optimization.EarlyStopping.IsEnabled, Is.False);
            Assert.That(config.Evaluation.Metrics.Select(metric => (metric.Name, metric.Weight, metric.Threshold)),
                Is.EqualTo(new (string, double, double?)[] { ("quality", 3, .5), ("cost_usd", 1, null) }));
            Assert.That(config.Evaluation.TestCases.Single().Id, Is.EqualTo("case_1"));
        });
    }

    [Test]
    public void Parse_SuccessorsDialect_IsRead()
    {
        var config = Read(
            evaluation: """
                evaluation:
                  evaluator: examples.evaluator.evaluate_response
                  test_cases: {inline: [{input: {prompt: Greet me}, expected: {contains: hello}}]}
                  metrics: {keyword_match: {weight: 1, type: higher_is_better, threshold: 0.7}}
                """,
            more: "optimization: {early_stopping: {patience: 8}}");
        Assert.Multiple(() =>
        {
            Assert.That(config.Evaluation.CustomEvaluator, Is.EqualTo(new EvaluatorReference("examples.evaluator", "evaluate_response")));
            Assert.That(config.Optimization.EarlyStopping.Patience, Is.EqualTo(8));
            Assert.That(
                config.FindingsAbout("evaluation.metrics.keyword_match.threshold").Single(), Does.StartWith("does not change scores"));
        });
    }

    [Test]
    public void Parse_OlderDialect_IsRead() =>
        Assert.That(
            Read(more: "optimization: {evolution: {early_stopping_generations: 6}, execution: {retry_delay_seconds: 2}}").Optimization,
            Has.Property("RetryDelaySeconds").EqualTo(2).And.Property("EarlyStopping").Property("Patience").EqualTo(6));

    [Test]
    public void Parse_ClassAsEvaluator_IsItsFunction()
    {
        var config = Read(evaluation: """
            evaluation:
              custom_evaluator: {module: ./my_evaluator.py, class: MyCustomEvaluator}
              test_cases: {inline: [{input: hi}]}
              metrics: {quality: 1}
            """);
        Assert.That(config.Evaluation.CustomEvaluator, Is.EqualTo(new EvaluatorReference("./my_evaluator.py", "MyCustomEvaluator")));
        Assert.That(config.Evaluation.Metrics.Single().Kind, Is.EqualTo(MetricKind.Custom));
    }

    [Test]
    public void Parse_UnknownKey_IsFoundAndNoError()
    {
        var config = Read(more: "optimization: {evolution: {populaton_size: 5}}\noptimisation: {}");
        Assert.That(
            config.FindingsAbout("optimization.evolution.populaton_size").Single(),
            Does.Contain("Did you mean \"population_size\"?").And.Contain("ignored"));
        Assert.That(config.FindingsAbout("optimisation").Single(), Does.Contain("Did you mean \"optimization\"?"));
    }

    [Test]
    public void Parse_UnknownKeyBesideAnError_IsToldWithIt() =>
        Assert.That(
            ErrorsOf(() => Read(space: "search_space: {parameters: {x: {type: float, min: 0, maxx: 1}}}")),
            Has.Some.Contains("parameters.x.maxx: unknown key").And.Some.Contains("Did you mean \"max\"?"));

    [Test]
    public void ReadFile_Directory_IsSaidToBeOne() =>
        Assert.That(
            ErrorsOf(() => OptimizationConfigReader.ReadFile(Path.GetTempPath())).Single(), Does.StartWith("is a directory."));

    [Test]
    public void Parse_ManyMistakes_AreToldAtOnce() =>
        Assert.That(
            ErrorsOf(() => Read(
                api: "api: {name: a, endpoint: localhost, auth: {type: barer, token_env: sk-12345-secret}, request: {timeout_seconds: 0}}",
                more: """
                    optimization: {algorithm: tpee, seed: -1, mab: {confidence_level: 1}, execution: {parallel_workers: 0}}
                    output: {formats: [jsn]}
                    """)),
            Has.Exactly(1).StartsWith("api.endpoint: 'localhost' is not an address")
                .And.Exactly(1).Contains("api.auth.type: 'barer' is not one of").And.Exactly(1).Contains("Did you mean \"bearer\"?")
                .And.Exactly(1).StartsWith("api.auth.token_env: is not the name of an environment variable")
                .And.None.Contains("12345")
                .And.Exactly(1).StartsWith("api.request.timeout_seconds: '0' is not a number in (0")
                .And.Exactly(1).StartsWith("optimization.algorithm: 'tpee' is not one of")
                .And.Exactly(1).StartsWith("optimization.seed: '-1' is not a whole number")
                .And.Exactly(1).StartsWith("optimization.mab.confidence_level: 1 would need endless calls")
                .And.Exactly(1).StartsWith("optimization.execution.parallel_workers: '0'")
                .And.Exactly(1).Contains("output.formats: 'jsn' is not one of"));

    [TestCase("api: {name: a}", "api.endpoint: missing")]
    [TestCase("api: {endpoint: \"http://localhost\"}", "api.name: missing")]
    [TestCase("api: {name: a, endpoint: \"http://h\", models: {m: {endpoint: \"http://h\"}}}", "api.models: there is an endpoint, too")]
    [TestCase("api: {name: a, endpoint: \"http://u:p@h\"}", "api.endpoint: holds a user name or password")]
    [TestCase("api: {name: a, adapter: process}", "api.command: missing")]
    [TestCase("api: {name: a, endpoint: \"http://h\", auth: {type: basic}}", "api.auth.type: basic needs username and password_env")]
    [TestCase("api: {name: a, endpoint: \"http://h\", auth: {type: oauth, token_env: T}}", "api.auth.type: oauth needs token_url")]
    [TestCase("api: {name: a, endpoint: \"http://h\", request: {headers: {\"a b\": c}}}", "api.request.headers.a b: is no HTTP header")]
    [TestCase("api: {name: a, endpoint: \"http://h\", prices: {m: {input: -1}}}", "api.prices.m.input: '-1' is not a number in [0")]
    [TestCase("api: {name: a, endpoint: \"http://h\", request: {method: FETCH}}", "api.request.method: 'FETCH' is not one of")]
    public void Parse_BadApi_NamesTheKey(string api, string error) =>
        Assert.That(ErrorsOf(() => Read(api: api)), Has.Some.StartsWith(error));

    [TestCase("{}", "evaluation.test_cases: missing")]
    [TestCase("{test_cases: {inline: [{input: hi}]}}", "evaluation.metrics: missing")]
    [TestCase("{test_cases: {inline: [{input: hi}], path: a.json}, metrics: {speed: 1}}", "evaluation.test_cases.path: give either")]
    [TestCase("{test_cases: [], metrics: {speed: 1}}", "evaluation.test_cases: has 0 test cases")]
    [TestCase("{test_cases: nowhere.json, metrics: {speed: 1}}", "evaluation.test_cases: ")]
    [TestCase("{test_cases: [{input: 3}], metrics: {speed: 1}}", "evaluation.test_cases[0].input: 3")]
    [TestCase("{test_cases: [{input: hi}], metrics: {speed: 0}}", "evaluation.metrics: the weights sum to 0")]
    [TestCase("{test_cases: [{input: hi}], metrics: {speed: {weight: -1}}}", "evaluation.metrics.speed.weight: '-1'")]
    [TestCase("{test_cases: [{input: hi}], metrics: {speed: {type: llm_juge}}}", "evaluation.metrics.speed.type: 'llm_juge'")]
    [TestCase("{test_cases: [{input: hi}], metrics: {speed: 1}, hold_out: 1}", "evaluation.hold_out: '1'")]
    [TestCase("{test_cases: [{input: hi}], metrics: {speed: 1}, objectives: both}", "evaluation.objectives: 'both'")]
    [TestCase("{test_cases: [{input: hi}], metrics: {speed: 1}, judge: {model: m}}", "evaluation.judge.endpoint: missing")]
    [TestCase("{test_cases: [{input: hi}], metrics: {speed: 1}, custom_evaluator: {module: m}}", "evaluation.custom_evaluator.function")]
    [TestCase("{test_cases: [{input: hi}], metrics: {speed: 1}, evaluator: m}", "evaluation.evaluator: 'm' is not module.function")]
    public void Parse_BadEvaluation_NamesTheKey(string evaluation, string error) =>
        Assert.That(ErrorsOf(() => Read(evaluation: $"evaluation: {evaluation}")), Has.Some.StartsWith(error));

    [TestCase("[1, 2]", "is not one mapping")]
    [TestCase("a: [", "is not valid YAML")]
    [TestCase("a: &a [x,x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]\n"
        + "d: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c,*c]\ne: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d,*d]\nf: [*e,*e,*e,*e,*e,*e,*e,*e,*e,*e]",
        "holds more than 200000 values")]
    [TestCase("a: !!python/object/apply:os.system [ls]", "tag")]
    public void Parse_HostileOrBrokenText_IsRefused(string yaml, string problem) =>
        Assert.That(ErrorsOf(() => Parse(yaml)).Single(), Does.Contain(problem));

    [TestCase("../secret.json")]
    [TestCase("/etc/passwd")]
    [TestCase("a/../../b.json")]
    public void Parse_PathOutsideTheFolder_IsRefusedUnlessAllowed(string path)
    {
        var evaluation = $"evaluation: {{test_cases: {{path: {path}}}, metrics: {{speed: 1}}}}";
        Assert.That(
            ErrorsOf(() => Read(evaluation: evaluation)),
            Has.Exactly(1).StartsWith($"evaluation.test_cases.path: '{path}' leads out of the configuration's directory"));
        Assert.That(
            ErrorsOf(() => Read(evaluation: evaluation, options: new ReaderOptions { AllowsOutsidePaths = true })),
            Has.None.Contains("leads out"));
    }

    [TestCase("output: {save_path: ../x}", "output.save_path")]
    [TestCase("output: {export_best_config: {output_path: /tmp/../etc/x}}", "output.export_best_config.output_path")]
    [TestCase("legacy: {sqlite_path: ../x.db}", "legacy.sqlite_path")]
    [TestCase("storage: {path: ../x}", "storage.path")]
    [TestCase("society: {storage: {path: ../x}}", "society.storage.path")]
    [TestCase("search_space: {parameters: {x: [1]}, templates: {t: {path: ../x}}}", "search_space.templates.t.path")]
    public void Parse_AnyPathOutsideTheFolder_IsRefused(string section, string key) =>
        Assert.That(
            ErrorsOf(() => section.StartsWith("search", StringComparison.Ordinal) ? Read(space: section) : Read(more: section)),
            Has.Exactly(1).StartsWith($"{key}: ").And.Exactly(1).Contains("leads out"));

    [Test]
    public void Parse_Overrides_ReplaceKeysAndMayLeadOut()
    {
        var overrides = new Dictionary<string, string> { ["optimization.seed"] = "7", ["output.save_path"] = "/elsewhere" };
        var options = new ReaderOptions { Overrides = overrides.ToImmutableSortedDictionary() };
        var config = Read(more: "optimization: {seed: 3}", options: options);
        Assert.That(config.Optimization.Seed, Is.EqualTo(7));
        Assert.That(config.Output.SavePath, Is.EqualTo("/elsewhere"));
    }

    [Test]
    public void Parse_OverrideOfAModelWithDotsInItsName_FindsIt()
    {
        var overrides = ImmutableSortedDictionary<string, string>.Empty.Add("agent.models.gpt-4.1.endpoint", "http://127.0.0.1:1/mine");
        var config = Read(
            more: "agent: {models: {gpt-4.1: {endpoint: 'https://a.example'}, o4: {endpoint: 'https://b.example'}}}",
            options: new ReaderOptions { Overrides = overrides });
        Assert.That(
            config.Agent!.Models.Select(model => (model.Name, model.Endpoint)),
            Is.EquivalentTo(new[] { ("gpt-4.1", "http://127.0.0.1:1/mine"), ("o4", "https://b.example") }));
    }

    [Test]
    public void Parse_BadOverride_IsBlamedOnTheCommandLine()
    {
        var overrides = ImmutableSortedDictionary<string, string>.Empty.Add("optimization.seed", "x");
        Assert.That(
            () => Read(options: new ReaderOptions { Overrides = overrides }),
            Throws.TypeOf<ConfigurationException>().With.Message.StartsWith("command line: option optimization.seed: 'x'"));
    }

    [Test]
    public void ReadFile_JsonFile_IsReadAsJson()
    {
        using var directory = new TemporaryDirectory();
        File.WriteAllText(directory.Combine("job.json"), SdkExample);
        Assert.That(OptimizationConfigReader.ReadFile(directory.Combine("job.json")).Directory, Is.EqualTo(directory.Path));
        File.WriteAllText(directory.Combine("job.json"), "{\"api\": 1, \"api\": 2}");
        Assert.That(
            () => OptimizationConfigReader.ReadFile(directory.Combine("job.json")),
            Throws.TypeOf<ConfigurationException>().With.Message.Contains("is not valid JSON"));
    }

    [Test]
    public void ReadFile_NoSuchFile_SaysSo() =>
        Assert.That(
            () => OptimizationConfigReader.ReadFile("nowhere.yaml"),
            Throws.TypeOf<ConfigurationException>().With.Message.StartsWith("nowhere.yaml: there is no such file"));

    [Test]
    public void FromDictionary_NotANumber_IsRefused() =>
        Assert.That(
            () => OptimizationConfigReader.FromDictionary(new JsonObject { ["api"] = double.NaN }),
            Throws.TypeOf<ConfigurationException>());

    [Test]
    public void Parse_EveryKeyOfTheOriginal_IsReadOrFoundToDoNothing()
    {
        var config = Parse("""
            api:
              name: my_api
              description: d
              endpoint: https://api.groq.com/openai/v1/chat/completions
              models: null
              auth: {type: bearer, token_env: T, api_key_header: x-key, username: null, password_env: null}
              request: {method: POST, headers: {Content-Type: application/json}, timeout_seconds: 30}
              response: {success_field: choices, result_field: "choices[0].message.content", error_field: error}
              adapter_enabled: false
              mock_mode: False
            search_space: {parameters: {stop: {type: categorical, values: [null, ["\n\n"]], description: d}}}
            evaluation:
              test_cases:
                inline: [{id: a, input: {prompt: p}, expected: {contains: [x]}, metadata: {category: c, difficulty: easy, weight: 1.5}}]
                augmentation: {enabled: no, mutation_rate: 0.3, crossover_rate: 0.2, augmentation_factor: 2, preserve_originals: true}
              metrics: {q: {weight: 1, type: higher_is_better, function: custom, threshold: null, budget_per_call: null}}
              custom_evaluator: {enabled: true, module: my_evaluator, function: score}
            optimization:
              algorithm: mab_evolution
              mab: {strategy: thompson_sampling, exploration_rate: 0.1, confidence_level: 0.95}
              evolution: {population_size: 20, generations: 10, mutation_rate: 0.2, crossover_rate: 0.7, elite_size: 2}
              execution:
                experiments_per_generation: 50
                parallel_workers: 5
                max_retries: 3
                early_stopping: {enabled: true, patience: 3, min_improvement: 0.01}
            output:
              save_path: ./results/run
              save_all_experiments: true
              formats: [json, markdown, csv]
              visualizations: []
              export_best_config: {enabled: true, format: python, output_path: ./best_config.py}
            agent: {reddit_auth: {client_id_env: I, user_agent: "t/1.0"}}
            society:
              enabled: true
              auto_generate_agents: true
              agents: {count: 1, strategy: random, memory: []}
              collaboration: {enabled: true, trust_threshold: 0.7}
              learning: {rlp_enabled: true, sao_enabled: true}
              storage: {backend: multi, path: ./data/optimization, cache_enabled: true}
              weave: {enabled: true, organization: null, project: p}
              llm: {provider: litellm, model: gemini/gemini-2.0-flash-exp, api_key_env: GEMINI_API_KEY, temperature: 0.7, max_tokens: 1000}
            legacy:
              enabled: true
              session_id: null
              tracking_backend: mlflow
              sqlite_path: ./data/legacy.db
              export_dir: ./legacy
              export_formats: [winners_only, full_audit]
              mlflow_config: {tracking_uri: "http://localhost:5000"}
              aim_config: {enabled: false}
              weave_config: {}
            """);
        Assert.That(config.Findings.Where(finding => finding.IsWarning).Select(finding => finding.Key), Is.EquivalentTo(new[]
        {
            "api.adapter_enabled", "society.auto_generate_agents", "society.agents", "society.collaboration", "society.weave",
            "legacy.tracking_backend", "legacy.mlflow_config",
        }));
        Assert.Multiple(() =>
        {
            Assert.That(config.FindingsAbout("api.response").Single(), Does.StartWith("does nothing"));
            Assert.That(config.Api.Response, Is.EqualTo(new ResponseConfig()));
            Assert.That(config.Storage.Backend, Is.EqualTo(StorageBackend.Multi));
            Assert.That(config.Society.Model!.Adapter, Is.EqualTo(AdapterKind.Gemini));
            Assert.That(config.Society.Model.Endpoint, Does.EndWith("/models/gemini-2.0-flash-exp:generateContent"));
            Assert.That(config.Evaluation.Judge, Is.EqualTo(config.Society.Model));
            Assert.That(config.Agent!.Credentials["reddit"]["client_id_env"], Is.EqualTo("I"));
        });
    }
}
