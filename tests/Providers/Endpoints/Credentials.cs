using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Convergence.Testing.Providers.Endpoints;

/// <summary>Checks who calls.</summary>
internal static class Credentials
{
    public static void RequireBearer(HttpContext context)
    {
        if (context.Request.Headers.Authorization != $"Bearer {ProviderServer.Key}")
        {
            throw WireError.OpenAi(401, $"Incorrect API key provided: {context.Request.Headers.Authorization}.", null, "invalid_api_key");
        }
    }

    public static void RequireHeader(HttpContext context, string header, Func<WireError> error)
    {
        if (context.Request.Headers[header] != ProviderServer.Key)
        {
            throw error();
        }
    }

    public static WireError Refused(string message) => new(401, new JsonObject { ["error"] = message, ["message"] = message });
}
