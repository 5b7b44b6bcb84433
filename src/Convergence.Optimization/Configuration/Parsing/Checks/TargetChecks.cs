using Convergence.Optimization.Adapters;
using Convergence.Optimization.Text;

namespace Convergence.Optimization.Configuration.Parsing.Checks;

/// <summary>What is called, and with what.</summary>
internal static class TargetChecks
{
    private static readonly AdapterKind[] OpenAiFormats =
        [AdapterKind.OpenAiChat, AdapterKind.OpenAiResponses, AdapterKind.AzureOpenAi];

    public static void Run(OptimizationConfig config, ConfigReading reading)
    {
        CheckMock(config.Api, reading);
        CheckPlaceholders(config, reading);
        CheckHeaders(config.Api.Request, reading);
        CheckQueries(config, reading);
        CheckFixedReasoningModel(config, reading);
        CheckOverwritten(config, reading);
    }

    private static void CheckMock(ApiConfig api, ConfigReading reading)
    {
        if (api.MockMode)
        {
            reading.Warn("api.mock_mode", "answers are made up from the parameters: nothing is called, and scores mean nothing.");
        }
    }

    private static void CheckPlaceholders(OptimizationConfig config, ConfigReading reading)
    {
        if (config.Api.MockMode)
        {
            return;
        }

        foreach (var (key, endpoint) in RunReadiness.AddressesOf(config).Where(address => RunReadiness.IsPlaceholder(address.Endpoint)))
        {
            reading.Warn(
                key,
                $"'{LiteralSecrets.Hide(endpoint)}' is an example's address: a plan can be made, and a run will not begin. "
                + "Put your own there.");
        }
    }

    private static void CheckHeaders(RequestConfig request, ConfigReading reading)
    {
        foreach (var (name, _) in LiteralSecrets.HeadersOf(request))
        {
            reading.Warn(
                $"api.request.headers.{name}",
                "may hold a secret in the file. Use api.auth, or write ${NAME} for the environment variable NAME.");
        }
    }

    private static void CheckQueries(OptimizationConfig config, ConfigReading reading)
    {
        foreach (var (key, address) in LiteralSecrets.QueriesOf(config))
        {
            reading.Warn(
                key,
                $"'{LiteralSecrets.Hide(address)}' may hold a secret in its query. Use a section auth, which names an environment variable "
                + "and sends its value in a header.");
        }
    }

    // Without a parameter model the file names its model elsewhere: in the defaults, or in the address of a deployment.
    private static void CheckFixedReasoningModel(OptimizationConfig config, ConfigReading reading)
    {
        if (config.SearchSpace.Parameters.Any(parameter => parameter.Name == "model")
            || !OpenAiFormats.Contains(AdapterFacts.Of(config.Api, config.Agent)))
        {
            return;
        }

        var model = JsonValues.Text(config.Api.Request.Defaults["model"]) ?? DeploymentOf(config.Api.Endpoint);
        if (!ReasoningModels.Contains(model))
        {
            return;
        }

        foreach (var parameter in config.SearchSpace.Parameters.Where(known => ReasoningModels.RefusedParameters.Contains(known.Name)))
        {
            reading.Warn(
                $"search_space.parameters.{parameter.Name}",
                $"changes nothing: {model} takes no {parameter.Name}, and calls leave it out. Remove it from the search.");
        }
    }

    private static string? DeploymentOf(string? endpoint)
    {
        var parts = (endpoint ?? "").Split('/');
        var place = Array.IndexOf(parts, "deployments");
        return place >= 0 && place + 1 < parts.Length ? parts[place + 1] : null;
    }

    private static void CheckOverwritten(OptimizationConfig config, ConfigReading reading)
    {
        foreach (var name in config.SearchSpace.Parameters.Select(parameter => parameter.Name))
        {
            if (config.Evaluation.TestCases.FirstOrDefault(testCase => testCase.Input.ContainsKey(name)) is { } testCase)
            {
                reading.Inform(
                    $"search_space.parameters.{name}",
                    $"is also in the input of {testCase.Id}; the search's value is sent, not the case's.");
            }
        }
    }
}
