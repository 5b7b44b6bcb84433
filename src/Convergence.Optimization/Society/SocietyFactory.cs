using Convergence.Optimization.Calls.Authorization;
using Convergence.Optimization.Calls.Sending;
using Convergence.Optimization.Calls.Spending.Prices;
using Convergence.Optimization.Configuration;
using Convergence.Optimization.Scoring;
using Convergence.Optimization.Targets;

namespace Convergence.Optimization.Society;

/// <summary>Makes a configuration's society. What it lacks is told, and is off; nobody is asked and nothing fails.</summary>
internal static class SocietyFactory
{
    /// <returns><see langword="null"/> where there is none, or it lacks a model or a key.</returns>
    public static SocietyParts? Create(OptimizationConfig config, CallServices services, ScorerSet scorers)
    {
        var society = config.Society;
        if (!society.IsEnabled || society is { IsReasoning: false, IsSelfAligning: false })
        {
            return null;
        }

        if (society.Model is not { } model)
        {
            services.Note("society is off: society.llm gives no model to reason and to judge.");
            return null;
        }

        if (config.Api.MockMode)
        {
            services.Note("society is off: in mock mode no model is asked.");
            return null;
        }

        try
        {
            var authorization = services.Authorizations.Create(model.Auth, config.Source, "society.llm.auth");
            var caller = services.CallerFor(authorization, SendOptions.Of(config));
            if (society.IsSelfAligning && scorers.Judge is null)
            {
                services.Note("society: self-alignment (sao_enabled) is off: no metric is judged by a model, so no judge needs it.");
            }

            return new SocietyParts(new ChatModel(model, caller, new CallCosts(new PriceTable(config.Api.Prices))), scorers.Judge);
        }
        catch (AuthorizationException exception)
        {
            services.Note($"society is off: reasoning and self-alignment need their model. {exception.Message}");
            return null;
        }
    }
}
