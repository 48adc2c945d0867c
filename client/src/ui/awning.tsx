import { useId } from "react";
import "./awning.css";

const SCALLOP_PX = 24;

/** A market stall's striped awning along the top of a card; decoration. `colour`: hex, else the product's own. */
export function Awning({ colour }: { colour?: string }) {
  const id = useId();
  const half = SCALLOP_PX / 2;
  return (
    <svg className="awning" aria-hidden="true" width="100%" height="26">
      <defs>
        <pattern id={id} width={SCALLOP_PX * 2} height="26" patternUnits="userSpaceOnUse">
          <path
            d={`M0 0h${SCALLOP_PX}v14a${half} ${half} 0 0 1-${SCALLOP_PX} 0z`}
            className="awning-stripe"
            {...(colour ? { style: { fill: colour } } : {})}
          />
          <path
            d={`M${SCALLOP_PX} 0h${SCALLOP_PX}v14a${half} ${half} 0 0 1-${SCALLOP_PX} 0z`}
            className="awning-gap"
          />
        </pattern>
      </defs>
      <rect width="100%" height="26" fill={`url(#${id})`} />
    </svg>
  );
}
