using System.Collections.Immutable;
using Convergence.Cli.Commands;

namespace Convergence.Cli.Starting;

/// <summary>The presets of <c>convergence init</c>.</summary>
internal static class StartingPresets
{
    private const string Questions = "questions.json";
    private const string Calls = "calls";
    private const int LikelyCalls = 500;

    public static ImmutableArray<StartingPreset> All { get; } =
    [
        Chat("openai", "OpenAI chat completions", "openai.yaml", new StartingAnswers
        {
            ApiName = "openai_chat",
            Endpoint = "https://api.openai.com/v1/chat/completions",
            TokenEnvironment = "OPENAI_API_KEY",
            Models = ["gpt-4o-mini", "gpt-4.1-mini", "gpt-4o"],
        }, "temperature: 1.0, top_p: 1.0, max_tokens: 512"),
        Chat("azure", "Azure OpenAI, a deployment for each model", "azure.yaml", new StartingAnswers
        {
            ApiName = "azure_openai",
            Endpoint = "your-resource",
            TokenEnvironment = "AZURE_OPENAI_API_KEY",
        }, "model: gpt-4o, temperature: 1.0, max_tokens: 512") with
        {
            Before = "In `optimization.yaml`, put the names of your resource and of your deployments into the addresses; "
                + "export AZURE_OPENAI_API_KEY.",
        },
        Chat("groq", "Groq", "groq.yaml", new StartingAnswers
        {
            ApiName = "groq",
            Endpoint = "https://api.groq.com/openai/v1/chat/completions",
            TokenEnvironment = "GROQ_API_KEY",
            Models = ["llama-3.1-8b-instant", "llama-3.3-70b-versatile"],
        }, "temperature: 1.0, top_p: 1.0, max_tokens: 512"),
        Chat("gemini", "Google Gemini", "gemini.yaml", new StartingAnswers
        {
            ApiName = "gemini",
            Endpoint = "https://generativelanguage.googleapis.com/v1beta/models/{model}:generateContent",
            TokenEnvironment = "GEMINI_API_KEY",
            Models = ["gemini-2.0-flash", "gemini-2.5-flash"],
        }, "temperature: 1.0, top_k: 40, max_tokens: 1024"),
        BrowserBase(),
        Agent("discord"),
        Agent("gmail"),
        Agent("reddit"),
        Custom(),
        Local(),
    ];

    private static StartingPreset Chat(
        string name, string description, string template, StartingAnswers defaults, string baseline) =>
        new(name, description, template, Questions)
        {
            Defaults = defaults,
            Before = $"Export the key: `export {defaults.TokenEnvironment}=...`, or write it to a file `.env` beside `optimization.yaml`.",
            Baseline = answers => answers.Models is [var first, ..] ? $"{{model: {Yaml.Text(first)}, {baseline}}}" : $"{{{baseline}}}",
        };

    private static StartingPreset BrowserBase() => new("browserbase", "BrowserBase sessions", "browserbase.yaml", "browserbase.json")
    {
        Defaults = new StartingAnswers
        {
            ApiName = "browserbase",
            Endpoint = "https://api.browserbase.com/v1/sessions",
            TokenEnvironment = "BROWSERBASE_API_KEY",
            Generations = 3,
            Budget = LikelyCalls,
        },
        BudgetKey = Calls,
        Before = "Export `BROWSERBASE_API_KEY` and `BROWSERBASE_PROJECT_ID`. Replace the test cases by pages of your own.",
        Baseline = _ => "{browser_type: chromium, headless: true, viewport: \"1280x720\", timeout: 30000}",
    };

    private static StartingPreset Agent(string service) =>
        new($"agno-{service}", $"an Agno agent for {service} behind HTTP", "agno.yaml", $"agno-{service}.json")
        {
            Defaults = new StartingAnswers
            {
                ApiName = $"agno_{service}_agent",
                Endpoint = "http://127.0.0.1:7777/run",
                Generations = 3,
                Budget = LikelyCalls,
            },
            BudgetKey = Calls,
            Evaluator = ($"{service}_evaluator", $"score_{service}_agent_response"),
            Before = "Start your agent's server, and put its address into `optimization.yaml`. Replace the test cases by ids of your own.",
            Baseline = _ => "{temperature: 0.7, max_tokens: 1024, instruction_style: detailed}",
        };

    private static StartingPreset Custom() => new("custom", "any JSON API", "custom.yaml", "custom.json")
    {
        Defaults = new StartingAnswers
        {
            ApiName = "my_api",
            Endpoint = "http://127.0.0.1:8000/endpoint",
            Parameters =
            [
                new("threshold", "{type: float, min: 0.0, max: 1.0}", "0.5"),
                new("limit", "{type: int, min: 1, max: 20}", "10"),
            ],
            Budget = LikelyCalls,
        },
        BudgetKey = Calls,
        Before = "Put your API's parameters into `optimization.yaml`, and what it is asked into `test_cases.json`.",
        Baseline = answers => $"{{{string.Join(", ", answers.Parameters.Select(parameter => $"{parameter.Name}: {parameter.InUse}"))}}}",
    };

    private static StartingPreset Local() => new(
        "local", "models that \"convergence serve-model\" serves: no key, no cost", "local.yaml", "local.json")
    {
        Defaults = new StartingAnswers
        {
            ApiName = "my_models",
            Endpoint = "http://127.0.0.1:8080/v1/chat/completions",
            Models = ["reasoning", "memory_integration", "adaptive_computation"],
        },
        Before = "Start the server: "
            + $"`{ResumeHint.Program} serve-model models/reasoning models/memory_integration models/adaptive_computation`.",
        Baseline = answers => $"{{model: {Yaml.Text(answers.Models[0])}, temperature: 1.0, top_p: 1.0, max_tokens: 16}}",
    };
}
