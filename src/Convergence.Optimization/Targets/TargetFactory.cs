using System.Collections.Immutable;
using Convergence.Optimization.Adapters;
using Convergence.Optimization.Calls.Authorization;
using Convergence.Optimization.Calls.Sending;
using Convergence.Optimization.Calls.Spending.Prices;
using Convergence.Optimization.Configuration;
using Convergence.Optimization.Processes;
using Convergence.Optimization.Targets.Http;
using Convergence.Optimization.Targets.Templates;

namespace Convergence.Optimization.Targets;

/// <summary>Makes of a configuration what it optimises.</summary>
public static class TargetFactory
{
    private const string BrowserBaseProject = "BROWSERBASE_PROJECT_ID";

    /// <summary>Makes the target.</summary>
    /// <param name="config">The configuration.</param>
    /// <param name="services">What the run shares.</param>
    /// <param name="function">The function that is optimised, where the target is one; it is used whatever <c>api.adapter</c> says.</param>
    /// <exception cref="ConvergenceException">A credential, an address or a function is missing. Nothing was called.</exception>
    public static ICallTarget Create(OptimizationConfig config, CallServices services, LocalFunction? function = null)
    {
        services.Cassette.Redactor.Watch(LiteralSecrets.Of(config));
        return TemplatedTarget.Over(CreatePlain(config, services, function), config);
    }

    private static ICallTarget CreatePlain(OptimizationConfig config, CallServices services, LocalFunction? function)
    {
        if (config.Api.MockMode)
        {
            services.Note("api.mock_mode is on: answers are made up from the parameters, nothing is called, and scores mean nothing.");
            return new MockTarget(Direct(config, services));
        }

        return (function, AdapterFacts.Of(config.Api, config.Agent)) switch
        {
            ({ } given, _) => new LocalTarget(config.Api.Name, given, Direct(config, services)),
            (_, AdapterKind.Local) => throw new TargetException(
                $"{config.Source}: api.adapter: '{config.Api.Name}' is a function of a program, and none was passed. "
                + "Run it by Convergence.Run.OptimizeAsync with a function, or give api.endpoint or api.command."),
            (_, AdapterKind.Process) => Program(config, services),
            _ => Http(config, services),
        };
    }

    private static ProcessTarget Program(OptimizationConfig config, CallServices services)
    {
        var command = config.Api.Command;
        if (command.IsDefaultOrEmpty)
        {
            throw new TargetException(
                $"{config.Source}: api.command: is missing, and api.adapter is process. Give the program and its arguments.");
        }

        var options = SendOptions.Of(config);
        var pool = new LineProcessPool(
            _ => Task.FromResult(LineProcess.Start(command, config.Directory)), options.Workers, options.Timeout, services.Time);

        // The pool's timeout comes first: it ends the program that hangs.
        return new ProcessTarget(command, pool, new DirectCalls(services, options.Workers, options.Timeout + TimeSpan.FromSeconds(5)));
    }

    private static HttpTarget Http(OptimizationConfig config, CallServices services)
    {
        var api = config.Api;
        var (models, registry) = Models(config);
        if (api.Endpoint is null && models.IsEmpty)
        {
            throw new TargetException($"{config.Source}: api: has no endpoint. Give api.endpoint, api.models or api.command.");
        }

        var kind = AdapterFacts.Of(config.Api, config.Agent);
        var inner = services.Authorizations.Create(api.Auth, config.Source, "api.auth", KeyHeaderOf(kind));
        var routes = new ApiRoutes(api, models, $"{config.Source}: {registry}", address => AdapterFor(config, services, address));
        var caller = services.CallerFor(WithHeaderVariables(config, services, inner), SendOptions.Of(config));
        return new HttpTarget(routes, caller, new CallCosts(new PriceTable(api.Prices)), api, services.Note);
    }

    // Agents have a registry of their own.
    private static (ImmutableArray<ModelEndpoint> Models, string Key) Models(OptimizationConfig config) =>
        config.Api.Models.IsDefaultOrEmpty && config.Agent is { Models.IsDefaultOrEmpty: false } agent
            ? (agent.Models, "agent.models")
            : (config.Api.Models.IsDefault ? [] : config.Api.Models, "api.models");

    private static IApiAdapter AdapterFor(OptimizationConfig config, CallServices services, string address) =>
        AdapterChoice.Of(config.Api, address) switch
        {
            AdapterKind.Json when AdapterFacts.Of(config.Api, config.Agent) == AdapterKind.Agno => new AgnoAdapter(),
            AdapterKind.BrowserBase => new BrowserBaseAdapter(
                services.EnvironmentVariable(BrowserBaseProject) is { Length: > 0 } project
                    ? project
                    : throw new TargetException(
                        $"{config.Source}: BrowserBase needs the id of a project: the environment variable {BrowserBaseProject} "
                        + $"is not set. Set it (export {BrowserBaseProject}=...).")),
            var kind => AdapterChoice.Create(kind),
        };

    // The environment variables that headers name are there before the first call.
    private static HeaderVariables WithHeaderVariables(
        OptimizationConfig config, CallServices services, IRequestAuthorization inner)
    {
        foreach (var (header, value) in config.Api.Request.Headers)
        {
            if (HeaderVariables.In(value).FirstOrDefault(name => string.IsNullOrEmpty(services.EnvironmentVariable(name))) is { } missing)
            {
                throw new TargetException(
                    $"{config.Source}: api.request.headers.{header}: the environment variable {missing} is not set. "
                    + $"Set it (export {missing}=...).");
            }
        }

        return new HeaderVariables(inner, services.EnvironmentVariable);
    }

    private static string? KeyHeaderOf(AdapterKind kind) => kind switch
    {
        AdapterKind.AzureOpenAi => "api-key",
        AdapterKind.Gemini => "x-goog-api-key",
        AdapterKind.BrowserBase => "x-bb-api-key",
        _ => null,
    };

    private static DirectCalls Direct(OptimizationConfig config, CallServices services) =>
        new(services, config.Optimization.ParallelWorkers, SendOptions.Of(config).Timeout);
}
