using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;
using Convergence.Foundation.Yaml;

namespace Convergence.Optimization.Configuration.Parsing;

/// <summary>The section <c>api</c>.</summary>
internal static class ApiKeys
{
    private const double MaxTimeoutSeconds = 3600;

    private static readonly string[] Methods = ["GET", "POST", "PUT", "PATCH", "DELETE"];

    private static readonly FrozenDictionary<string, AdapterKind> AdapterWords = new Dictionary<string, AdapterKind>
    {
        ["auto"] = AdapterKind.Auto,
        ["http"] = AdapterKind.Auto,
        ["rest"] = AdapterKind.Auto,
        ["openai"] = AdapterKind.OpenAiChat,
        ["openai_chat"] = AdapterKind.OpenAiChat,
        ["openai_responses"] = AdapterKind.OpenAiResponses,
        ["azure"] = AdapterKind.AzureOpenAi,
        ["azure_openai"] = AdapterKind.AzureOpenAi,
        ["groq"] = AdapterKind.Groq,
        ["gemini"] = AdapterKind.Gemini,
        ["anthropic"] = AdapterKind.Anthropic,
        ["browserbase"] = AdapterKind.BrowserBase,
        ["agno"] = AdapterKind.Agno,
        ["json"] = AdapterKind.Json,
        ["local"] = AdapterKind.Local,
        ["callable"] = AdapterKind.Local,
        ["process"] = AdapterKind.Process,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    public static ApiConfig Read(YamlSection root, ConfigReading reading, AgentConfig? agent)
    {
        if (!root.Has("api"))
        {
            root.Fail("api", "missing. Say which API is to be optimised: at least a name and an endpoint.");
        }

        var section = root.Section("api");
        var name = ReadName(root, section);
        var registry = agent is { Models.Length: > 0 };
        var endpoint = Addresses.Read(section, "endpoint");
        if (registry && endpoint is not null)
        {
            reading.Inform(section.NameOf("endpoint"), "does nothing: agents are called at the addresses of agent.models.");
        }

        var api = new ApiConfig
        {
            Name = name,
            Description = section.Text("description"),
            Endpoint = registry ? null : endpoint,
            Models = AgentKeys.ReadModels(section, reading),
            Adapter = ReadAdapter(section),
            Auth = AuthKeys.Read(section, "auth", reading, name),
            Request = ReadRequest(section, reading),
            Response = ReadResponse(section, reading),
            MockMode = section.Flag("mock_mode", defaultValue: false),
            Command = section.TextList("command") ?? [],
            Prices = PriceKeys.Read(section, reading),
        };
        CheckTarget(section, api, agent);
        api = api with { Response = OnlyForJson(section, api, agent, reading) };
        reading.Inert(
            section,
            "adapter_enabled",
            $"the adapter is told from the name and the address, or given by api.adapter; here it is {AdapterFacts.Of(api, agent)}.");
        reading.NoteUnknownKeys(section);
        return api;
    }

    private static string ReadName(YamlSection root, YamlSection section)
    {
        var name = section.Text("name");
        if (name is null && root.Has("api") && !section.Has("name"))
        {
            section.Fail("name", "missing. Give the API a name; results and the history are kept under it.");
        }

        if (name is not null && (name.Length > 100 || name.Any(char.IsControl)))
        {
            section.Fail("name", "is longer than 100 characters or holds control characters. Give a short name that can be printed.");
        }

        return name ?? "unnamed";
    }

    /// <summary>The adapter that a section names, <see cref="AdapterKind.Auto"/> where it names none.</summary>
    public static AdapterKind ReadAdapter(YamlSection section)
    {
        var (adapter, kind) = (section.Word("adapter", AdapterWords), section.Word("kind", AdapterWords));
        return adapter ?? kind ?? AdapterKind.Auto;
    }

    private static RequestConfig ReadRequest(YamlSection section, ConfigReading reading)
    {
        var defaults = new RequestConfig();
        var request = section.Section("request");
        var timeout = section.OptionalNumber("request_timeout", 0, MaxTimeoutSeconds, minAllowed: false) ?? defaults.TimeoutSeconds;
        var config = new RequestConfig
        {
            Method = ReadMethod(request),
            Headers = ReadHeaders(request),
            TimeoutSeconds = request.Number("timeout_seconds", timeout, 0, MaxTimeoutSeconds, minAllowed: false),
            Defaults = request.Value("defaults") is { } fields ? JsonMap(request, "defaults", fields) : [],
        };
        reading.NoteUnknownKeys(request);
        return config;
    }

    private static HttpMethod ReadMethod(YamlSection request)
    {
        if (request.Text("method") is not { } text)
        {
            return HttpMethod.Post;
        }

        var method = text.ToUpperInvariant();
        if (!Methods.Contains(method))
        {
            request.Fail("method", $"'{text}' is not one of {string.Join(", ", Methods)}.");
            return HttpMethod.Post;
        }

        return new HttpMethod(method);
    }

    private static ImmutableSortedDictionary<string, string> ReadHeaders(YamlSection request)
    {
        var headers = request.TextMap("headers");
        foreach (var (name, value) in headers)
        {
            if (!name.All(IsTokenCharacter) || value.Any(char.IsControl))
            {
                request.Fail($"headers.{name}", "is no HTTP header: its name or its value holds characters that headers may not have.");
            }
        }

        return headers;
    }

    private static bool IsTokenCharacter(char character) => char.IsAsciiLetterOrDigit(character) || "!#$%&'*+-.^_`|~".Contains(character);

    private static ResponseConfig ReadResponse(YamlSection section, ConfigReading reading)
    {
        var response = section.Section("response");
        var config = new ResponseConfig
        {
            SuccessField = response.Text("success_field"),
            ResultField = response.Text("result_field"),
            ErrorField = response.Text("error_field"),
        };
        reading.NoteUnknownKeys(response);
        return config;
    }

    // Providers' formats say themselves how a call went, and evaluators want their whole answer, as the original gave it to them.
    private static ResponseConfig OnlyForJson(YamlSection section, ApiConfig api, AgentConfig? agent, ConfigReading reading)
    {
        var adapter = AdapterFacts.Of(api, agent);
        if (adapter is AdapterKind.Json or AdapterKind.Process or AdapterKind.Local || api.Response == new ResponseConfig())
        {
            return api.Response;
        }

        reading.Inform(section.NameOf("response"), $"does nothing: the format {adapter} says itself how a call went.");
        return new ResponseConfig();
    }

    private static void CheckTarget(YamlSection section, ApiConfig api, AgentConfig? agent)
    {
        var endpoints = (api.Endpoint is null ? 0 : 1) + (api.Models.IsEmpty ? 0 : 1);
        if (section.ErrorCount > 0 && endpoints == 0)
        {
            return;
        }

        if (endpoints > 1)
        {
            section.Fail("models", "there is an endpoint, too. Keep one: endpoint for one address, models for an address by model.");
        }

        var adapter = AdapterFacts.Of(api, agent);
        if (endpoints == 0 && adapter is not (AdapterKind.Local or AdapterKind.Process) && agent is not { Models.Length: > 0 })
        {
            section.Fail(
                "endpoint", "missing. Give the address of the API, or models with an address for each value of the parameter model.");
        }

        if (adapter == AdapterKind.Process && api.Command.IsEmpty)
        {
            section.Fail("command", "missing. The adapter process runs a program: give it as a list of words, [python3, target.py].");
        }
    }

    /// <summary>A free map of the file as JSON.</summary>
    public static JsonObject JsonMap(YamlSection section, string key, YamlValue value)
    {
        if (YamlJson.ToNode(value) is JsonObject map)
        {
            return map;
        }

        section.Fail(key, string.Create(CultureInfo.InvariantCulture, $"{value.Shown} is not a mapping of keys to values."));
        return [];
    }
}
